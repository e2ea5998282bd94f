//! A site made of answers: each request line has its own, in turn; the last one stays. What was asked is kept.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

/// One answer.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A page under this status.
    Html(u16, String),
    Json(String),
    Redirect(&'static str),
    /// These bytes under this label.
    Bytes(&'static str, Vec<u8>),
    /// These bytes over and over, for ever, without an announced length.
    Endless(&'static [u8]),
    /// These bytes, and then nothing more, though the connection stays.
    Stuck(&'static [u8]),
}

/// One request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Such as `GET /list?page=2`.
    pub(crate) line: String,
    pub(crate) body: String,
    pub(crate) cookie: String,
    /// The header against forged requests.
    pub(crate) token: String,
}

#[derive(Default)]
struct Book {
    answers: HashMap<String, VecDeque<Answer>>,
    asked: Vec<Asked>,
}

pub(crate) struct Site {
    pub(crate) base: String,
    book: Arc<Mutex<Book>>,
}

impl Site {
    /// A site with a home page, and one that keeps sessions alive.
    pub(crate) async fn start() -> Self {
        let book = Arc::new(Mutex::new(Book::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&book));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let site = Self { base, book };
        site.html("GET /home", "<title>Home</title><nav>Log out</nav>");
        site.html("GET /touch", "<p>Yes</p>");
        site
    }

    /// Adds an answer to a request line's.
    pub(crate) fn add(&self, line: &str, answer: Answer) {
        self.book.lock().unwrap().answers.entry(line.to_owned()).or_default().push_back(answer);
    }

    /// Adds a page.
    pub(crate) fn html(&self, line: &str, page: &str) {
        self.add(line, Answer::Html(200, page.to_owned()));
    }

    /// Adds JSON.
    pub(crate) fn json(&self, line: &str, json: &str) {
        self.add(line, Answer::Json(json.to_owned()));
    }

    /// Adds a viewer's page that shows Jane over this.
    pub(crate) fn viewer(&self, line: &str, content: &str) {
        let header =
            "<div><b class=name>Doe, Jane A</b><i class=mrn>00123456</i><i class=dob>11/20/1956</i></div>";
        self.html(line, &format!("{header}{content}"));
    }

    /// Forgets every answer to a request line.
    pub(crate) fn forget(&self, line: &str) {
        self.book.lock().unwrap().answers.remove(line);
    }

    /// Everything that was asked.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.book.lock().unwrap().asked.clone()
    }

    /// The request lines, home left out.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).filter(|line| line != "GET /home").collect()
    }

    /// How often a line was asked for.
    pub(crate) fn count(&self, line: &str) -> usize {
        self.asked().iter().filter(|asked| asked.line == line).count()
    }

    /// The body of the last request of a line.
    pub(crate) fn body(&self, line: &str) -> String {
        self.asked().into_iter().rev().find(|asked| asked.line == line).unwrap().body
    }
}

async fn answer(
    State(book): State<Arc<Mutex<Book>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header =
        |name: &str| headers.get(name).map_or_else(String::new, |it| it.to_str().unwrap().to_owned());
    let line = format!("{method} {}", uri.path_and_query().unwrap());
    let body = String::from_utf8(body.to_vec()).unwrap();
    let asked = Asked { line: line.clone(), body, cookie: header("cookie"), token: header("x-csrf-token") };
    let answer = {
        let mut book = book.lock().unwrap();
        book.asked.push(asked);
        match book.answers.get_mut(&line) {
            Some(answers) if answers.len() > 1 => answers.pop_front(),
            Some(answers) => answers.front().cloned(),
            None => None,
        }
    };
    response(answer)
}

fn response(answer: Option<Answer>) -> Response {
    let of = |kind: &'static str, body: Body| ([(header::CONTENT_TYPE, kind)], body).into_response();
    match answer {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(Answer::Html(status, page)) => {
            (StatusCode::from_u16(status).unwrap(), of("text/html", page.into())).into_response()
        }
        Some(Answer::Json(json)) => of("application/json", json.into()),
        Some(Answer::Redirect(to)) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Some(Answer::Bytes(kind, bytes)) => of(kind, bytes.into()),
        Some(Answer::Endless(bytes)) => {
            let chunks =
                futures::stream::repeat_with(move || Ok::<_, std::io::Error>(Bytes::from_static(bytes)));
            of("application/pdf", Body::from_stream(chunks))
        }
        Some(Answer::Stuck(bytes)) => {
            use futures::StreamExt;
            let first = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(bytes))]);
            of("application/pdf", Body::from_stream(first.chain(futures::stream::pending())))
        }
    }
}
