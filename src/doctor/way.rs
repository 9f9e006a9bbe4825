//! A connection as a phone makes it: name, TCP, TLS where the address has it, HTTP/1.1, websockets.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, Error as TlsError, RootCertStore, crypto,
};
use tokio_tungstenite::tungstenite::Error as SocketError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::address::PublicUrl;

/// Phones wait no longer than this for anything.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read.
const ANSWER_MAX: usize = 2 * 1024 * 1024;

/// A byte stream, plain or by TLS.
pub trait Line: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

pub type Socket = WebSocketStream<Box<dyn Line>>;

/// The way to one address.
pub struct Way {
    pub url: PublicUrl,
    addresses: Vec<SocketAddr>,
    tls: Option<TlsConnector>,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// `name=value` of the first cookie that is set.
    pub fn cookie(&self) -> Option<&str> {
        self.header(header::SET_COOKIE)?.split(';').next()
    }
}

impl Way {
    /// Looks the name up. Certificates are judged by the authorities that browsers trust, and the one in this file, if any.
    pub async fn to(url: PublicUrl, trust: Option<&Path>) -> anyhow::Result<Self> {
        let found = tokio::net::lookup_host((url.host_name(), url.port())).await;
        let addresses: Vec<SocketAddr> = found
            .with_context(|| format!("there is no host “{}”", url.host_name()))?
            .collect();
        let tls = url.is_https().then(|| connector(trust)).transpose()?;
        Ok(Self {
            url,
            addresses,
            tls,
        })
    }

    /// # Errors
    /// In a sentence, why there is no connection.
    pub async fn connect(&self) -> Result<Box<dyn Line>, String> {
        let stream = self.tcp().await?;
        let Some(tls) = &self.tls else {
            return Ok(Box::new(stream));
        };
        let name = ServerName::try_from(self.url.host_name()).map_err(|error| error.to_string())?;
        match timeout(PATIENCE, tls.connect(name, stream)).await {
            Ok(Ok(stream)) => Ok(Box::new(stream)),
            Ok(Err(error)) => Err(self.tls_fault(&error)),
            Err(_) => Err(format!("{} answers, but not by TLS.", self.url)),
        }
    }

    async fn tcp(&self) -> Result<TcpStream, String> {
        let mut why = "it has no address".to_string();
        for address in &self.addresses {
            match timeout(PATIENCE, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => why = format!("{address}: {error}"),
                Err(_) => why = format!("{address}: no answer within {} s", PATIENCE.as_secs()),
            }
        }
        Err(format!(
            "Nothing takes connections at {} ({why}).",
            self.url
        ))
    }

    fn tls_fault(&self, error: &io::Error) -> String {
        let host = self.url.host_name();
        let inner = error.get_ref().and_then(|it| it.downcast_ref::<TlsError>());
        let why = match inner {
            Some(TlsError::InvalidCertificate(bad)) => match bad {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                    "has run out".to_string()
                }
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    "is not valid yet; perhaps a clock is wrong".to_string()
                }
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => {
                    format!("is not for “{host}”")
                }
                CertificateError::UnknownIssuer => {
                    "is of an authority that phones do not know, or the chain to it is not sent"
                        .to_string()
                }
                other => format!("is refused ({other:?})"),
            },
            _ => return format!("{} does not speak TLS as browsers do ({error}).", self.url),
        };
        format!("Phones do not trust {}: its certificate {why}.", self.url)
    }

    /// One request on a connection of its own, with the headers that browsers send.
    ///
    /// # Errors
    /// In a sentence, why there is no answer.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(header::HeaderName, &str)],
        body: &str,
    ) -> Result<Answer, String> {
        let line = self.connect().await?;
        let asked = async {
            let handshake = hyper::client::conn::http1::handshake(TokioIo::new(line)).await;
            let (mut sender, connection) = handshake?;
            let driven = tokio::spawn(connection);
            let mut request = Request::builder()
                .method(method)
                .uri(path)
                .header(header::HOST, self.url.authority())
                .header(header::ACCEPT, "text/html,*/*");
            if self.url.is_https() {
                // As every browser does on https; Salon tells its visitors by plain http apart by it.
                request = request.header("sec-fetch-site", "same-origin");
            }
            for (name, value) in headers {
                request = request.header(name, *value);
            }
            let answer = sender
                .send_request(request.body(Body::from(body.to_string()))?)
                .await?;
            let (parts, body) = answer.into_parts();
            let bytes = to_bytes(Body::new(body), ANSWER_MAX).await?;
            driven.abort();
            Ok::<Answer, Box<dyn Error + Send + Sync>>(Answer {
                status: parts.status,
                headers: parts.headers,
                body: String::from_utf8_lossy(&bytes).into_owned(),
            })
        };
        match timeout(PATIENCE, asked).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(format!(
                "{}{path} gives no whole answer ({error}).",
                self.url
            )),
            Err(_) => Err(format!(
                "{}{path} does not answer within {} s.",
                self.url,
                PATIENCE.as_secs()
            )),
        }
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Result<Answer, String> {
        let cookie = [(header::COOKIE, cookie)];
        let headers = if cookie[0].1.is_empty() {
            &[][..]
        } else {
            &cookie[..]
        };
        self.ask(Method::GET, path, headers, "").await
    }

    /// A websocket as the page opens it.
    ///
    /// # Errors
    /// The status that came in place of one, if any, and a sentence.
    pub async fn socket(
        &self,
        path: &str,
        cookie: &str,
    ) -> Result<Socket, (Option<StatusCode>, String)> {
        let line = self.connect().await.map_err(|why| (None, why))?;
        let scheme = if self.url.is_https() { "wss" } else { "ws" };
        let url = format!("{scheme}://{}{path}", self.url.authority());
        let odd = |error: &dyn std::fmt::Display| (None, error.to_string());
        let mut request = url.into_client_request().map_err(|error| odd(&error))?;
        for (name, value) in [
            (header::ORIGIN, self.url.as_str()),
            (header::COOKIE, cookie),
        ] {
            let value = HeaderValue::from_str(value).map_err(|error| odd(&error))?;
            request.headers_mut().insert(name, value);
        }
        match timeout(PATIENCE, client_async(request, line)).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(SocketError::Http(answer))) => {
                Err((Some(answer.status()), format!("status {}", answer.status())))
            }
            Ok(Err(error)) => Err(odd(&error)),
            Err(_) => Err((None, format!("nothing within {} s", PATIENCE.as_secs()))),
        }
    }
}

fn connector(trust: Option<&Path>) -> anyhow::Result<TlsConnector> {
    let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    if let Some(path) = trust {
        let shown = path.display();
        let certificates = CertificateDer::pem_file_iter(path)
            .with_context(|| format!("reading the certificates in {shown}"))?;
        for certificate in certificates {
            let certificate = certificate.with_context(|| format!("in {shown}"))?;
            roots
                .add(certificate)
                .with_context(|| format!("in {shown}"))?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
