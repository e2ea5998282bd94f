//! The small scripts that look at pages and find elements in them. Each is one function, called in one frame.

/// One look at a page: visible elements only, and never what stands in a field.
pub(crate) const LOOK: &str = r"(selectors) => {
    const seen = (selector) => {
        for (const element of document.querySelectorAll(selector)) {
            // A frameset's parts have no boxes of their own.
            const shown = element.matches('frameset, frame') || element.closest('head') !== null
                || element.checkVisibility({visibilityProperty: true});
            if (!shown) continue;
            return element.matches('input, select, textarea') ? '' : (element.innerText ?? element.textContent ?? '');
        }
        return null;
    };
    const none = (selector) => {
        try {
            document.querySelector(selector);
            return false;
        } catch {
            return true;
        }
    };
    const [navigation] = performance.getEntriesByType('navigation');
    const wrong = selectors.find(none) ?? null;
    if (wrong !== null) selectors = [];
    return {
        wrong,
        address: location.href,
        ready: document.readyState === 'complete',
        status: navigation?.responseStatus ?? 0,
        title: document.title,
        texts: selectors.map(seen),
    };
}";

/// Puts the cursor into the nth field with its whole text chosen, so that typing replaces it.
pub(crate) const FOCUS: &str = r"(selector, number) => {
    const field = document.querySelectorAll(selector)[number];
    if (field === undefined) return false;
    field.focus();
    field.select?.();
    return document.activeElement === field;
}";

/// The length of the nth field's text; -1 where it is not there.
pub(crate) const LENGTH: &str =
    r"(selector, number) => document.querySelectorAll(selector)[number]?.value?.length ?? -1";

/// Chooses the one option with this text; gives how many have it.
pub(crate) const CHOOSE: &str = r"(selector, option) => {
    const plain = (text) => text.replace(/\s+/g, ' ').trim().toLowerCase();
    const list = document.querySelector(selector);
    const fitting = [...(list?.options ?? [])].filter((one) => plain(one.text) === plain(option));
    if (fitting.length !== 1) return fitting.length;
    list.selectedIndex = fitting[0].index;
    list.dispatchEvent(new Event('input', {bubbles: true}));
    list.dispatchEvent(new Event('change', {bubbles: true}));
    return 1;
}";

/// The visible elements of a selector that hold the words; of several, those that say nothing else.
macro_rules! fitting {
    () => {
        r"const plain = (text) => text.replace(/\s+/g, ' ').trim().toLowerCase();
    const words = (element) => plain(element.matches('input') ? element.value : (element.innerText ?? ''));
    const shown = [...document.querySelectorAll(selector)]
        .filter((element) => element.checkVisibility({visibilityProperty: true}));
    const holding = says === null ? shown : shown.filter((element) => words(element).includes(plain(says)));
    const exact = says === null ? [] : holding.filter((element) => words(element) === plain(says));
    const fitting = exact.length > 0 ? exact : holding;"
    };
}

/// How many elements could be pressed.
pub(crate) const BUTTONS: &str = concat!("(selector, says) => {", fitting!(), "return fitting.length; }");

/// The element that is pressed.
pub(crate) const BUTTON: &str = concat!("(selector, says) => {", fitting!(), "return fitting[0] ?? null; }");

/// Empties what was typed into, then gives the frame's source.
pub(crate) const EMPTIED_SOURCE: &str = r"() => {
    const kept = ['hidden', 'submit', 'button', 'reset', 'image', 'checkbox', 'radio'];
    for (const field of document.querySelectorAll('input, textarea')) {
        if (field.matches('input') && kept.includes(field.type)) continue;
        field.value = '';
        field.removeAttribute('value');
    }
    return document.documentElement?.outerHTML ?? '';
}";

/// Whether a page is drawn: the element that is there only then.
pub(crate) const READY: &str = r"(selector) => ({
    address: location.href,
    status: performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0,
    ready: document.querySelector(selector) !== null,
})";

/// The frame's source, unless it is larger than this many bytes.
pub(crate) const SOURCE: &str = r"(limit) => {
    const source = document.documentElement?.outerHTML ?? '';
    return new Blob([source]).size > limit ? null : source;
}";

/// Reads the file behind an element's `blob:` or `data:` address and keeps it in our world; gives its size.
pub(crate) const FILE: &str = r"async (selector, attribute) => {
    const address = document.querySelector(selector)?.getAttribute(attribute) ?? '';
    if (address === '') return 'missing';
    if (!/^(blob|data):/i.test(address)) return 'elsewhere';
    try {
        globalThis.keptFile = await (await fetch(address)).blob();
    } catch {
        return 'unreadable';
    }
    return {bytes: globalThis.keptFile.size};
}";

/// A part of the file that [`FILE`] keeps, as Base64.
pub(crate) const FILE_PART: &str = r"async (from, to) => {
    const bytes = new Uint8Array(await globalThis.keptFile.slice(from, to).arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 32768) {
        text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    }
    return btoa(text);
}";
