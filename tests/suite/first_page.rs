//! What the audience page is sent with: little, however many polls there are.

use serde_json::json;

use crate::salon::Salon;

/// A session of so many polls in its one segment, with questions and options of ordinary length.
fn sheet(polls: usize) -> String {
    let subjects = [
        "Which framework did you use for your last model?",
        "What stops you from sharing your training runs with the rest of the team?",
        "How often do you look at single examples that your model gets wrong?",
        "Which of these would you rather read about in the next talk?",
        "Where does most of the time of a project go, in your experience?",
    ];
    let options = [
        "Collecting and cleaning data",
        "Writing the training loop",
        "Waiting for results",
        "Explaining it to others",
        "Something that nobody planned",
    ];
    let mut text = String::from(
        "title = \"An evening of polls\"\ncode = \"MANY22\"\n[[segment]]\nid = \"all\"\nkind = \"polls\"\ntitle = \"Opinions\"\n",
    );
    for n in 0..polls {
        let subject = subjects[n % subjects.len()];
        let options: Vec<_> = (0..3 + n % 3)
            .map(|k| format!("\"{} ({n})\"", options[(n + k) % options.len()]))
            .collect();
        text += &format!(
            "[[segment.poll]]\nid = \"p{n}\"\nkind = \"single\"\nquestion = \"{}. {subject}\"\noptions = [{}]\nwrite_in = true\nlive_results = true\n",
            n + 1,
            options.join(", "),
        );
    }
    text
}

async fn page(salon: &Salon, path: &str) -> String {
    let served = salon.http.get(salon.url(path)).send().await.unwrap();
    assert_eq!(served.status(), 200);
    served.text().await.unwrap()
}

#[tokio::test]
async fn the_page_is_within_8_kb_with_any_number_of_polls() {
    for polls in [1, 4, 7, 30] {
        let mut salon = Salon::start().await;
        salon.session = salon.import(&sheet(polls)).await;
        salon.does(json!({"do": "start_session"})).await;
        for n in 0..polls {
            salon.opens(&format!("p{n}")).await;
        }
        let served = salon
            .http
            .get(salon.url("/MANY22"))
            .header("accept-encoding", "br")
            .send()
            .await
            .unwrap();
        assert_eq!(served.headers()["content-encoding"], "br");
        let bytes = served.bytes().await.unwrap().len();
        assert!(bytes <= 8 * 1024, "{polls} polls: {bytes} bytes");

        let first = page(&salon, "/MANY22").await;
        let shown = first.matches("<section class=\"poll").count() - 1; // less the empty one that new cards are made of
        assert!(shown >= 1.min(polls));
        assert_eq!(
            first.contains("\"left_out\""),
            shown < polls,
            "{shown} of {polls}"
        );
        // Without JavaScript a link leads to all of them; with it the socket brings them.
        assert_eq!(first.contains("?all=1"), shown < polls);
        let all = page(&salon, "/MANY22?all=1").await;
        assert_eq!(all.matches("<section class=\"poll").count() - 1, polls);
    }
}
