//! A phone of the audience that has opened the page.

use salon::protocol::VERSION;

use super::{Salon, Voter, connect};

pub struct Phone<'a> {
    pub salon: &'a Salon,
    pub cookie: String,
}

impl Phone<'_> {
    pub async fn connects(&self, query: &str) -> Voter {
        let path = format!("/ws/TESTNGHT?v={VERSION}&role=audience{query}");
        let socket = connect(&self.salon.base, &path, &self.cookie)
            .await
            .unwrap();
        Voter::new(socket).await
    }

    /// A plain form, as without JavaScript.
    pub async fn posts(&self, path: &str, form: &str) -> reqwest::Response {
        self.posts_to(&format!("polls/{path}"), form).await
    }

    /// The same, to anywhere below the session's page.
    pub async fn posts_to(&self, path: &str, form: &str) -> reqwest::Response {
        self.salon
            .http
            .post(self.salon.url(&format!("/TESTNGHT/{path}")))
            .header("cookie", &self.cookie)
            .header("origin", &self.salon.base)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_string())
            .send()
            .await
            .unwrap()
    }

    pub async fn page(&self) -> String {
        let page = self.salon.http.get(self.salon.url("/TESTNGHT"));
        let page = page.header("cookie", &self.cookie).send().await;
        page.unwrap().text().await.unwrap()
    }
}
