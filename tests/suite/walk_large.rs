//! The walkthrough's largest inputs: computed with, linked to, sent to the host and shown.

use serde_json::json;

use crate::walk::{get, post, walked};

/// As large as inputs are, with three decimals: it can be linked to, sent and shown.
#[tokio::test]
async fn numbers_of_32_rows_and_columns_are_shared_sent_and_shown() {
    let salon = walked().await;
    let phone = salon.phone().await;
    let number = |n: usize| format!("{:.3}", (n as f64 * 0.37).sin());
    let rows = (0..32).map(|i| (0..32).map(|j| number(i * 32 + j)).collect::<Vec<_>>());
    let m = rows
        .map(|row| row.join(", "))
        .collect::<Vec<_>>()
        .join("\n");
    let query = serde_urlencoded::to_string([("m", &m)]).unwrap();
    let page = get(
        &salon,
        &format!("/walk/TESTNGHT/kinds?{query}"),
        &phone.cookie,
    )
    .await;
    let page = page.text().await.unwrap();
    let (_, link) = page.split_once("id=\"share\" readonly value=\"").unwrap();
    let link = link.split('"').next().unwrap().to_string();
    assert!(link.len() < 8_000, "{} bytes", link.len());
    let linked = salon
        .http
        .get(&link)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let shown = |page: &str| {
        let (_, from) = page.split_once("id=\"shown\"").unwrap();
        from.split_once("</section>").unwrap().0.to_string()
    };
    assert_eq!(shown(&linked), shown(&page), "the link shows the same");

    let sent = post(&phone, "/walk/TESTNGHT/kinds/send", &[("m", &m)]).await;
    assert_eq!(sent.status(), 200, "{}", sent.text().await.unwrap());
    salon.does(json!({"do": "show_sent", "sent": 1})).await;
    let follows = get(&salon, "/walk/TESTNGHT", &phone.cookie).await;
    let follows = follows.text().await.unwrap();
    assert!(follows.contains("data-follows"));
    assert_eq!(shown(&follows), shown(&page));
    // With all digits that there are it can be computed with, and is too large for a link.
    let long = |n: usize| format!("{:.18e}", (n as f64 * 0.37).sin());
    let all: Vec<String> = (0..1024).map(long).collect();
    let all: Vec<String> = all.chunks(32).map(|row| row.join(" ")).collect();
    let all = all.join("\n");
    let part = post(&phone, "/walk/TESTNGHT/kinds/part", &[("m", &all)]).await;
    assert_eq!(part.status(), 200, "{}", part.text().await.unwrap());
    let refused = post(&phone, "/walk/TESTNGHT/kinds/send", &[("m", &all)]).await;
    assert!([400, 422].contains(&refused.status().as_u16()));
    let why = refused.text().await.unwrap();
    assert!(why.contains("round its numbers"), "{why}");
    salon.ends().await;
}
