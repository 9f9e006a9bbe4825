//! The files that pages load: built into the program, under a path that names their content,
//! so that browsers may keep them for ever.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// What a phone waits for, made small by `build.rs`: path and text.
const SMALL: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/small.rs"));

/// A file as it is served.
fn read(path: &str) -> Option<Cow<'static, [u8]>> {
    match SMALL.iter().find(|(name, _)| *name == path) {
        Some((_, text)) => Some(text.as_bytes().into()),
        None => Files::get(path).map(|file| file.data),
    }
}

/// The path that all files are served under; another build has another.
pub fn base() -> &'static str {
    static BASE: LazyLock<String> = LazyLock::new(|| {
        let mut names: Vec<_> = Files::iter().collect();
        names.sort();
        let mut all = Sha256::new();
        for name in names {
            all.update(name.as_bytes());
            if let Some(file) = read(&name) {
                all.update(&file);
            }
        }
        format!(
            "/static/{}",
            &data_encoding::HEXLOWER.encode(&all.finalize())[..12]
        )
    });
    &BASE
}

/// Files one after the other, to be inlined into a page, without indentation and comments:
/// what is inlined is sent with every page.
pub fn inlined(names: &[&str]) -> String {
    let mut slim = String::new();
    for name in names {
        let Some(file) = Files::get(name) else {
            tracing::error!(name, "a built-in file is missing");
            continue;
        };
        let mut in_comment = false;
        for line in String::from_utf8_lossy(&file.data).lines().map(str::trim) {
            in_comment |= line.starts_with("/*");
            if !in_comment && !line.is_empty() && !line.starts_with("// ") {
                slim.push_str(line);
                slim.push('\n');
            }
            if line.ends_with("*/") {
                in_comment = false;
            }
        }
    }
    slim
}

/// `GET /static/{hash}/{*path}`
pub async fn serve(Path((_, path)): Path<(String, String)>) -> Response {
    let Some(file) = read(&path) else {
        return (StatusCode::NOT_FOUND, "There is no such file.").into_response();
    };
    let kind = mime_guess::from_path(&path).first_or_octet_stream();
    let mut response = file.into_owned().into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(kind.essence_str()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    // Everyone's, and the same for everyone: modules and fonts of a stage in a sandboxed frame are asked for as by
    // another site.
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inlined_keeps_the_code_and_loses_the_comments() {
        let css = inlined(&["css/tokens.css"]);
        assert!(css.contains("--accent:") && !css.contains("/*"), "{css}");
        assert_eq!(css.matches('{').count(), css.matches('}').count());
        assert_eq!(inlined(&["no/such.file"]), "");
    }
}
