//! A line to the program that can be cut and mended, for browsers that cannot be told to be offline.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub struct Line {
    pub base: String,
    whole: Arc<watch::Sender<bool>>,
}

impl Line {
    /// To the program at this address, `http://…`.
    pub async fn to(base: &str) -> Self {
        let target = base.trim_start_matches("http://").to_string();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let whole = Arc::new(watch::Sender::new(true));
        let tells = whole.clone();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (target, mut told) = (target.clone(), tells.subscribe());
                if !*told.borrow_and_update() {
                    continue; // Closed at once, as where nobody listens.
                }
                tokio::spawn(async move {
                    let Ok(mut far) = TcpStream::connect(&target).await else {
                        return;
                    };
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                        _ = told.wait_for(|whole| !whole) => {}
                    }
                });
            }
        });
        Self { base, whole }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    pub fn mend(&self) {
        self.whole.send_replace(true);
    }
}
