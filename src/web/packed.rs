//! What is the same for everyone and large: made once, packed once for each encoding that browsers take.

use std::io::Write;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

/// As good as brotli gets before it becomes slow.
const QUALITY: u32 = 9;
/// Of a text of this kind, bytes that brotli looks back (a power of two).
const WINDOW: u32 = 22;

pub struct Packed {
    kind: &'static str,
    plain: Bytes,
    brotli: Bytes,
    gzip: Bytes,
}

impl Packed {
    pub fn of(kind: &'static str, plain: Vec<u8>) -> Self {
        let mut brotli = Vec::new();
        let mut writer = brotli::CompressorWriter::new(&mut brotli, 4096, QUALITY, WINDOW);
        // Writing to memory cannot fail.
        let _ = writer.write_all(&plain);
        drop(writer);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        let _ = gzip.write_all(&plain);
        Self {
            kind,
            brotli: brotli.into(),
            gzip: gzip.finish().unwrap_or_default().into(),
            plain: plain.into(),
        }
    }

    /// It, in the smallest encoding that this request takes. The answer names its encoding, so that no layer packs it again.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let (bytes, encoding) = if takes(headers, "br") {
            (&self.brotli, "br")
        } else if takes(headers, "gzip") {
            (&self.gzip, "gzip")
        } else {
            (&self.plain, "identity")
        };
        let mut response = bytes.clone().into_response();
        let set = response.headers_mut();
        set.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        set.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        set.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        response
    }
}

/// Whether an encoding is named, and not with a weight of nothing.
fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    let all = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut all = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    all.any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = parts.any(|part| {
            let weight = part.strip_prefix("q=").or(part.strip_prefix("Q="));
            weight.and_then(|weight| weight.parse::<f32>().ok()) == Some(0.0)
        });
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_given_what_it_takes() {
        let text = "the same for everyone ".repeat(500);
        let packed = Packed::of("text/plain", text.clone().into_bytes());
        assert!(packed.brotli.len() < text.len() / 20 && packed.gzip.len() < text.len() / 20);
        let told = |accept: &str| {
            let mut headers = HeaderMap::new();
            if !accept.is_empty() {
                headers.insert(
                    header::ACCEPT_ENCODING,
                    HeaderValue::from_str(accept).unwrap(),
                );
            }
            packed.answer(&headers).headers()[header::CONTENT_ENCODING]
                .to_str()
                .unwrap()
                .to_string()
        };
        for (accept, encoding) in [
            ("gzip, deflate, br, zstd", "br"),
            ("br;q=0, gzip", "gzip"),
            ("GZIP;q=0.5", "gzip"),
            ("zstd", "identity"),
            ("", "identity"),
        ] {
            assert_eq!(told(accept), encoding, "{accept}");
        }
    }
}
