//! Links and buttons pressed without a browser: where they lead, and what a form sends along.

use crate::compile::Finder;
use crate::exchange::{Body, Question};
use crate::view::{Read, View};
use domain::ports::PortalError;
use reqwest::Method;
use scraper::ElementRef;

/// Names and values of a form.
pub(crate) type Fields = Vec<(String, String)>;

/// Presses the element the selector finds.
pub(crate) fn press(view: &View<'_>, finder: &Finder) -> Read<Question> {
    let element = finder.need(view)?;
    pressed(view, element).ok_or_else(|| scripted(view, finder))
}

/// Presses it if it is there and can be pressed; none at the end of a list.
pub(crate) fn press_next(view: &View<'_>, finder: &Finder) -> Read<Option<Question>> {
    let Some(element) = finder.first(view).filter(|element| !disabled(*element)) else { return Ok(None) };
    pressed(view, element).map(Some).ok_or_else(|| scripted(view, finder))
}

/// Every form or button the selector finds, pressed.
pub(crate) fn press_all(view: &View<'_>, finder: &Finder) -> Read<Vec<Question>> {
    let press = |element| pressed(view, element).ok_or_else(|| scripted(view, finder));
    finder.all(view).into_iter().map(press).collect()
}

fn scripted(view: &View<'_>, finder: &Finder) -> PortalError {
    finder.fault(view.page.what, "is no link or button that works without a script")
}

/// The hidden fields of a form; none where there is no such form.
pub(crate) fn hidden(view: &View<'_>, finder: &Finder) -> Option<Fields> {
    let form = form_of(view, finder.first(view)?)?;
    let hidden = controls(view, form).into_iter().filter(|control| kind(*control) == "hidden");
    Some(hidden.filter_map(|control| Some((control.attr("name")?.to_owned(), value_of(control)))).collect())
}

fn pressed(view: &View<'_>, element: ElementRef<'_>) -> Option<Question> {
    let what = view.page.what;
    if let Some(link) = element.attr("href") {
        return Some(Question { what, method: Method::GET, address: view.link(link)?, body: Body::None });
    }
    let form = form_of(view, element)?;
    let controls = controls(view, form);
    let button =
        if element == form { controls.iter().copied().find(|it| is_submit(*it)) } else { Some(element) };
    let of_either = |own: &str, theirs: &str| {
        button.and_then(|button| button.attr(own)).or_else(|| form.attr(theirs)).map(str::to_owned)
    };
    let action = of_either("formaction", "action").unwrap_or_default();
    let mut address = match action.trim() {
        "" => view.page.address.clone(),
        action => view.link(action)?,
    };
    let mut fields: Fields = controls.into_iter().flat_map(sent).collect();
    fields.extend(
        button.and_then(|it| {
            Some((it.attr("name")?.to_owned(), it.attr("value").unwrap_or_default().to_owned()))
        }),
    );
    if of_either("formmethod", "method").is_some_and(|method| method.trim().eq_ignore_ascii_case("post")) {
        return Some(Question { what, method: Method::POST, address, body: Body::Form(fields) });
    }
    address.query_pairs_mut().clear().extend_pairs(fields);
    Some(Question { what, method: Method::GET, address, body: Body::None })
}

/// The form an element is, or belongs to.
fn form_of<'a>(view: &'a View<'_>, element: ElementRef<'a>) -> Option<ElementRef<'a>> {
    let is_form = |element: &ElementRef<'_>| element.value().name() == "form";
    if is_form(&element) {
        return Some(element);
    }
    if let Some(id) = element.attr("form") {
        return elements(view).find(|form| is_form(form) && form.attr("id") == Some(id));
    }
    if let Some(form) = element.ancestors().filter_map(ElementRef::wrap).find(is_form) {
        return Some(form);
    }
    // A form that begins between a table and its rows holds nothing as parsed; what follows is its own.
    let before = elements(view).take_while(|other| *other != element);
    before.filter(is_form).last().filter(|form| form.child_elements().next().is_none())
}

/// The fields and buttons of a form.
fn controls<'a>(view: &'a View<'_>, form: ElementRef<'a>) -> Vec<ElementRef<'a>> {
    let is_control = |element: &ElementRef<'_>| {
        matches!(element.value().name(), "input" | "select" | "textarea" | "button")
    };
    elements(view).filter(is_control).filter(|control| form_of(view, *control) == Some(form)).collect()
}

fn elements<'a>(view: &'a View<'_>) -> impl Iterator<Item = ElementRef<'a>> {
    view.html().root_element().descendent_elements()
}

fn kind(control: ElementRef<'_>) -> String {
    control.attr("type").unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_submit(control: ElementRef<'_>) -> bool {
    match control.value().name() {
        "button" => !matches!(kind(control).as_str(), "button" | "reset"),
        "input" => matches!(kind(control).as_str(), "submit" | "image"),
        _ => false,
    }
}

/// What a field sends when another button is pressed.
fn sent(control: ElementRef<'_>) -> Fields {
    let Some(name) = control.attr("name").filter(|name| !name.is_empty()) else { return Fields::new() };
    if control.attr("disabled").is_some() {
        return Fields::new();
    }
    let one = |value: String| vec![(name.to_owned(), value)];
    match (control.value().name(), kind(control).as_str()) {
        ("select", _) => chosen(control).into_iter().map(|value| (name.to_owned(), value)).collect(),
        ("textarea", _) => one(control.text().collect()),
        ("input", "checkbox" | "radio") if control.attr("checked").is_none() => Fields::new(),
        ("input", "checkbox" | "radio") => one(control.attr("value").unwrap_or("on").to_owned()),
        ("input", "submit" | "button" | "reset" | "image" | "file") => Fields::new(),
        ("input", _) => one(value_of(control)),
        _ => Fields::new(),
    }
}

fn chosen(list: ElementRef<'_>) -> Vec<String> {
    let value = |option: ElementRef<'_>| {
        option.attr("value").map_or_else(|| crate::words::of_element(option), str::to_owned)
    };
    let options: Vec<_> =
        list.descendent_elements().filter(|inner| inner.value().name() == "option").collect();
    let selected: Vec<_> =
        options.iter().copied().filter(|option| option.attr("selected").is_some()).collect();
    match (selected.is_empty(), list.attr("multiple")) {
        (true, None) => options.first().copied().map(value).into_iter().collect(),
        (false, None) => selected.last().copied().map(value).into_iter().collect(),
        (_, Some(_)) => selected.into_iter().map(value).collect(),
    }
}

fn value_of(control: ElementRef<'_>) -> String {
    control.attr("value").unwrap_or_default().to_owned()
}

/// There, but not to be pressed: as the last page of a list shows its button.
fn disabled(element: ElementRef<'_>) -> bool {
    element.attr("disabled").is_some()
        || element.attr("aria-disabled").is_some_and(|it| it.eq_ignore_ascii_case("true"))
        || element.value().classes().any(|class| class.eq_ignore_ascii_case("disabled"))
        || (element.value().name() == "a" && element.attr("href").is_none())
}
