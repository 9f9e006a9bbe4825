//! The recipes of `docs/operations.md`, run with Debian's nginx, HAProxy and Caddy: phone, stage and host come through
//! each, and `salon doctor` finds nothing to mend; and it does find what is wrong with recipes of other people.
//!
//! Without these programs each test says loudly that it is skipped; in CI it fails.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use salon::doctor::{Socket, Way};
use salon::protocol::VERSION;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::salon::{PATIENCE, Salon, line};

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;

const ALL: [&str; 3] = ["caddy", "nginx", "haproxy"];

fn is_there(program: &str) -> bool {
    let version = if program == "nginx" || program == "haproxy" {
        "-v"
    } else {
        "version"
    };
    let asked = Command::new(program)
        .arg(version)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.is_ok()
}

/// Whether a test of these programs can be run; in CI it must.
fn ready(test: &str, programs: &[&str]) -> bool {
    let missing: Vec<&&str> = programs.iter().filter(|it| !is_there(it)).collect();
    if missing.is_empty() && is_there("openssl") {
        return true;
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "CI needs openssl and {missing:?}; scripts/test installs them"
    );
    eprintln!("SKIPPED {test}: there is no {missing:?} (or no openssl) here");
    false
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The recipe for a program, word for word as the docs have it.
fn recipe(of: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md");
    let docs = fs::read_to_string(docs).unwrap();
    let fence = format!("```{of}\n");
    let mut found = docs.split(&fence).skip(1);
    let text = found.next().unwrap_or_else(|| panic!("no recipe for {of}"));
    assert!(found.next().is_none(), "one recipe for {of}");
    text.split("```").next().unwrap().to_string()
}

/// The same with each of these in place of what the docs have; each must be there.
fn adapted(recipe: &str, changes: &[(&str, String)]) -> String {
    changes.iter().fold(recipe.to_string(), |text, (from, to)| {
        assert!(
            text.contains(from),
            "“{from}” is not in the recipe:\n{text}"
        );
        text.replace(from, to)
    })
}

/// A certificate of its own authority, good for two days.
struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    both: PathBuf,
}

fn certificate(dir: &Path, host: &str) -> Certificate {
    let [chain, key, both] = ["chain.pem", "key.pem", "both.pem"].map(|name| dir.join(name));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ])
        .args(["-nodes", "-days", "2", "-subj", &format!("/CN={host}")])
        .args(["-addext", &format!("subjectAltName=DNS:{host}")])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&chain)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let text = fs::read_to_string(&chain).unwrap() + &fs::read_to_string(&key).unwrap();
    fs::write(&both, text).unwrap();
    Certificate { chain, key, both }
}

/// A proxy that runs until this is dropped.
struct Proxy {
    child: Child,
    _dir: TempDir,
    trust: PathBuf,
    plain: u16,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program on this configuration; stands once it takes connections.
async fn runs(dir: &Path, program: &str, config: &str, port: u16) -> Child {
    let file = dir.join("config");
    fs::write(&file, config).unwrap();
    let mut command = Command::new(program);
    match program {
        "nginx" => command.arg("-p").arg(dir).arg("-c").arg(&file),
        "haproxy" => command.arg("-db").arg("-f").arg(&file),
        _ => command
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(&file),
    };
    let log = fs::File::create(dir.join("log")).unwrap();
    let mut child = command
        .env("HOME", dir)
        .env("XDG_DATA_HOME", dir)
        .env("XDG_CONFIG_HOME", dir)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap();
    let stands = async {
        while tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .is_err()
        {
            let said = || fs::read_to_string(dir.join("log")).unwrap_or_default();
            assert!(
                child.try_wait().unwrap().is_none(),
                "{program}: {}\n{config}",
                said()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, stands)
        .await
        .expect("the proxy stands");
    child
}

fn nginx_around(dir: &Path, servers: &str) -> String {
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|it| format!("{it}_temp_path {}/{it};\n", dir.display()))
        .collect();
    let at = dir.display();
    format!(
        "daemon off;\nworker_processes 1;\npid {at}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{servers}\n}}\n"
    )
}

/// The docs' recipe for a program, before this server, by TLS on a port of its own.
async fn as_in_the_docs(program: &str, upstream: &str, port: u16) -> Proxy {
    let dir = TempDir::new().unwrap();
    let cert = certificate(dir.path(), "localhost");
    let plain = free_port();
    let upstream = ("127.0.0.1:8080", upstream.to_string());
    let text = |path: &Path| path.display().to_string();
    let recipe = recipe(program);
    let config = match program {
        "nginx" => {
            let changes = [
                ("listen 80;", format!("listen 127.0.0.1:{plain};")),
                ("listen 443 ssl;", format!("listen 127.0.0.1:{port} ssl;")),
                ("talks.example.org", "localhost".to_string()),
                ("/etc/ssl/talks/fullchain.pem", text(&cert.chain)),
                ("/etc/ssl/talks/privkey.pem", text(&cert.key)),
                upstream,
            ];
            nginx_around(dir.path(), &adapted(&recipe, &changes))
        }
        "haproxy" => {
            let changes = [
                ("bind :80\n", format!("bind 127.0.0.1:{plain}\n")),
                ("bind :443", format!("bind 127.0.0.1:{port}")),
                ("/etc/haproxy/talks.pem", text(&cert.both)),
                upstream,
            ];
            format!("global\n    maxconn 200\n\n{}", adapted(&recipe, &changes))
        }
        _ => {
            let tls = format!(
                "localhost:{port} {{\n\ttls {} {}",
                text(&cert.chain),
                text(&cert.key)
            );
            let recipe = adapted(&recipe, &[("talks.example.org {", tls), upstream]);
            format!("{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{recipe}")
        }
    };
    let child = runs(dir.path(), program, &config, port).await;
    Proxy {
        child,
        trust: cert.chain,
        _dir: dir,
        plain,
    }
}

async fn first(socket: &mut Socket) -> Value {
    loop {
        let message = tokio::time::timeout(PATIENCE, socket.next()).await;
        match message.expect("in time").expect("open").unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            _ => continue,
        }
    }
}

/// A phone votes by socket and by form, the stage sees it, a host signs in and sits down.
async fn all_get_in(salon: &Salon, way: &Way) {
    salon.opens("one-of").await;
    let page = way.get("/TESTNGHT", "").await.unwrap();
    assert_eq!(page.status, StatusCode::OK);
    let cookie = page.cookie().unwrap().to_string();
    let mut phone = way.socket(&line("audience"), &cookie).await.unwrap();
    assert_eq!(first(&mut phone).await["type"], "snapshot");
    let cast =
        json!({"type": "cast", "ask": 1, "poll": "one-of", "seq": 1, "answer": {"picks": [0]}});
    phone.send(Message::text(cast.to_string())).await.unwrap();
    loop {
        let heard = first(&mut phone).await;
        if heard["ask"] == 1 {
            assert_eq!(heard["type"], "heard", "{heard}");
            break;
        }
    }
    let mut stage = way.socket(&line("stage"), "").await.unwrap();
    assert_eq!(first(&mut stage).await["type"], "snapshot");

    let second = way.get("/TESTNGHT", "").await.unwrap();
    let second = second.cookie().unwrap().to_string();
    let form = |cookie: &str| {
        [
            (header::COOKIE, cookie.to_string()),
            (header::ORIGIN, way.url.to_string()),
            (
                header::CONTENT_TYPE,
                "application/x-www-form-urlencoded".to_string(),
            ),
        ]
    };
    let posts = async |path: &str, cookie: &str, body: &str| {
        let headers = form(cookie);
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str()));
        let headers: Vec<_> = headers.collect();
        way.ask(Method::POST, path, &headers, body).await.unwrap()
    };
    let voted = posts("/TESTNGHT/polls/one-of/ballot", &second, "pick=1").await;
    assert_eq!(voted.status, StatusCode::SEE_OTHER, "{}", voted.body);
    assert_eq!(salon.tally("one-of").await["voters"], 2);

    let link = salon::app::sign_in_link(&salon.lobby, None).await.unwrap();
    let trial = way.get("/host/sign-in", "").await.unwrap();
    let trial = trial.cookie().unwrap().to_string();
    let token = link.split('#').nth(1).unwrap();
    let entered = posts("/host/sign-in", &trial, &format!("token={token}")).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
    let host = entered.cookie().unwrap().to_string();
    let desk = format!("/host/{}/ws?v={VERSION}", salon.session);
    let mut desk = way.socket(&desk, &host).await.unwrap();
    assert_eq!(first(&mut desk).await["type"], "snapshot");
}

async fn doctor(args: Vec<String>) -> Output {
    let run = move || {
        let dir = TempDir::new().unwrap();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut all = vec!["doctor"];
        all.extend(args);
        let output = crate::program::run(&dir.path().join("none"), &all);
        println!("{}", crate::program::out(&output));
        output
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

async fn goes_through(program: &str) {
    if !ready(program, &[program]) {
        return;
    }
    let port = free_port();
    let salon = Salon::public(&format!("https://localhost:{port}")).await;
    let upstream = salon.base.trim_start_matches("http://");
    let proxy = as_in_the_docs(program, upstream, port).await;
    let url: salon::address::PublicUrl = format!("https://localhost:{port}").parse().unwrap();
    let way = Way::to(url.clone(), Some(&proxy.trust)).await.unwrap();
    all_get_in(&salon, &way).await;
    let trust = proxy.trust.display().to_string();
    let link = format!("{url}/TESTNGHT");
    let well = doctor(vec!["--trust".to_string(), trust, link.clone()]).await;
    let said = crate::program::out(&well);
    assert!(well.status.success(), "{program}: {said}");
    assert!(!said.contains("BAD"), "{program}: {said}");
    for step in ["vote", "socket", "qr", "page"] {
        assert!(said.contains(&format!("good  {step}")), "{step}: {said}");
    }
    // Without that authority, as phones are.
    let bad = doctor(vec![link]).await;
    assert!(!bad.status.success());
    assert!(
        crate::program::out(&bad).contains("certificate"),
        "{}",
        crate::program::out(&bad)
    );
    if program != "caddy" {
        let plain = salon
            .http
            .get(format!("http://127.0.0.1:{}/TESTNGHT", proxy.plain));
        let plain = plain.send().await.unwrap();
        assert_eq!(plain.status(), 301);
        assert!(
            plain.headers()["location"]
                .to_str()
                .unwrap()
                .starts_with("https://")
        );
    }
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_get_in_behind_caddy_as_in_the_docs() {
    goes_through("caddy").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_get_in_behind_nginx_as_in_the_docs() {
    goes_through("nginx").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_get_in_behind_haproxy_as_in_the_docs() {
    goes_through("haproxy").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_port_and_without_a_public_address_presses_count_too() {
    if !ready("proxies without a public address", &ALL) {
        return;
    }
    for program in ALL {
        let port = free_port();
        let salon = Salon::start().await;
        let upstream = salon.base.trim_start_matches("http://");
        let proxy = as_in_the_docs(program, upstream, port).await;
        let url = format!("https://localhost:{port}").parse().unwrap();
        let way = Way::to(url, Some(&proxy.trust)).await.unwrap();
        all_get_in(&salon, &way).await;
        salon.ends().await;
    }
}

/// nginx by plain HTTP with this in its `location`, and what the doctor says of it.
async fn told_of(location: &str, public: bool) -> String {
    let port = free_port();
    let url = format!("http://localhost:{port}");
    let salon = match public {
        true => Salon::public(&url).await,
        false => Salon::start().await,
    };
    let dir = TempDir::new().unwrap();
    let server = format!(
        "server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {}; {location} }} }}",
        salon.base
    );
    let config = nginx_around(dir.path(), &server);
    let mut nginx = runs(dir.path(), "nginx", &config, port).await;
    let output = doctor(vec![format!("{url}/TESTNGHT")]).await;
    nginx.kill().unwrap();
    nginx.wait().unwrap();
    salon.ends().await;
    let said = crate::program::out(&output);
    assert_eq!(output.status.success(), !said.contains("BAD"), "{said}");
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_says_what_is_wrong_with_a_proxy() {
    if !ready("the doctor", &["nginx"]) {
        return;
    }
    const UPGRADE: &str =
        "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";";
    let right = format!("proxy_http_version 1.1; {UPGRADE} proxy_set_header Host $http_host;");
    assert!(!told_of(&right, true).await.contains("BAD"));
    let old = told_of(
        &format!("{UPGRADE} proxy_set_header Host $http_host;"),
        true,
    )
    .await;
    for part in ["HTTP/1.0", "proxy_http_version 1.1", "BAD   socket"] {
        assert!(old.contains(part), "{part} in {old}");
    }
    let no_upgrade = told_of(
        "proxy_http_version 1.1; proxy_set_header Host $http_host;",
        true,
    )
    .await;
    assert!(
        no_upgrade.contains("proxy_set_header Upgrade"),
        "{no_upgrade}"
    );
    let no_port = format!("proxy_http_version 1.1; {UPGRADE} proxy_set_header Host $host;");
    let no_port = told_of(&no_port, false).await;
    for part in ["$http_host", "--public-url", "BAD   vote"] {
        assert!(no_port.contains(part), "{part} in {no_port}");
    }
    let no_cookie = told_of(&format!("{right} proxy_set_header Cookie \"\";"), true).await;
    assert!(no_cookie.contains("BAD   cookie"), "{no_cookie}");
    let nobody = doctor(vec![format!("http://localhost:{}", free_port())]).await;
    assert!(!nobody.status.success());
    assert!(crate::program::out(&nobody).contains("Nothing takes connections"));
}
