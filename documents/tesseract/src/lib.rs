//! Tesseract's recognition engine, taken from its library when the first page needs it.
//!
//! Linked in the usual way, its library and the sixty others that it draws in (an HTTP client, Kerberos, LDAP) are loaded
//! and set up at every start of the program, 12 ms of CPU time, by every worker that only puts files together and every
//! command that never sees a page; and on a machine without it the program would not start at all. Loaded late, it costs
//! whoever recognises something, and its absence is an error that says what to install.

mod functions;
mod lean;

use functions::{Functions, Handle};
use std::ffi::{CStr, CString, c_char, c_int};
use std::path::Path;
use std::sync::OnceLock;

/// The library as it is named where it is installed, the first that is there.
const NAMES: [&str; 4] =
    ["libtesseract.so.5", "libtesseract.so", "libtesseract.5.dylib", "/opt/homebrew/lib/libtesseract.dylib"];

/// Why nothing could be recognised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The library is not installed, or is none that we know how to call.
    #[error(
        "text recognition is not installed: {cause}; install tesseract-ocr 5 (Debian: apt-get install tesseract-ocr)"
    )]
    NotInstalled {
        /// What the system's loader said last.
        cause: String,
    },
    /// The language's data cannot be loaded.
    #[error("the language data cannot be loaded; look at its folder")]
    LanguageData,
    /// It refused at one step.
    #[error("the engine failed at {step}")]
    Failed {
        /// What it was doing.
        step: &'static str,
    },
}

/// How a picture is cut into lines: the engine's own numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum PageMode {
    /// Columns and tables are found.
    Auto = 3,
    /// One column of lines of any size.
    SingleColumn = 4,
    /// One even block.
    SingleBlock = 6,
}

/// The version of the installed library, such as `5.3.0`.
///
/// # Errors
/// It is not installed.
pub fn version() -> Result<String, EngineError> {
    // SAFETY: the function takes nothing and gives a text that lives as long as the library, which is never unloaded.
    #[expect(unsafe_code, reason = "the library speaks C")]
    let version = unsafe { CStr::from_ptr((library()?.version)()) };
    Ok(version.to_string_lossy().into_owned())
}

/// The library's functions, loaded with the first call of this process and kept until it ends.
fn library() -> Result<&'static Functions, EngineError> {
    static LIBRARY: OnceLock<Result<Functions, EngineError>> = OnceLock::new();
    LIBRARY
        .get_or_init(|| {
            lean::keep();
            Functions::load(&NAMES)
        })
        .as_ref()
        .map_err(Clone::clone)
}

/// One engine. It works for one thread at a time, on whichever it was sent to.
pub struct Engine {
    functions: &'static Functions,
    handle: Handle,
}

impl Engine {
    /// Starts an engine with the data of `language` (`eng`, `eng+spa`) in `folder`.
    ///
    /// # Errors
    /// The library is not installed, or the data cannot be loaded.
    pub fn new(folder: &Path, language: &str) -> Result<Self, EngineError> {
        let functions = library()?;
        let text = |text: &str| CString::new(text).map_err(|_| EngineError::LanguageData);
        let folder = text(folder.to_str().ok_or(EngineError::LanguageData)?)?;
        let language = text(language)?;
        let engine = Self { functions, handle: Handle::create(functions)? };
        // SAFETY: the handle is alive, both texts outlive the call.
        #[expect(unsafe_code, reason = "the library speaks C")]
        let done = unsafe { (functions.init)(engine.handle.get(), folder.as_ptr(), language.as_ptr()) };
        if done == 0 { Ok(engine) } else { Err(EngineError::LanguageData) }
    }

    /// Sets one of the engine's variables.
    ///
    /// # Errors
    /// It knows no such variable.
    pub fn set_variable(&self, name: &'static str, value: &str) -> Result<(), EngineError> {
        let failed = || EngineError::Failed { step: name };
        let text = |text: &str| CString::new(text).map_err(|_| failed());
        let (name, value) = (text(name)?, text(value)?);
        // SAFETY: the handle is alive, both texts outlive the call.
        #[expect(unsafe_code, reason = "the library speaks C")]
        let done = unsafe { (self.functions.set_variable)(self.handle.get(), name.as_ptr(), value.as_ptr()) };
        if done == 1 { Ok(()) } else { Err(failed()) }
    }

    /// Sets how the next pictures are cut into lines.
    pub fn set_page_mode(&self, mode: PageMode) {
        // SAFETY: the handle is alive, the number is one of the library's own.
        #[expect(unsafe_code, reason = "the library speaks C")]
        unsafe {
            (self.functions.set_page_mode)(self.handle.get(), mode as c_int);
        }
    }

    /// Takes a grey picture, row by row, `width` bytes each, of so many dots per inch. The engine keeps a copy.
    ///
    /// # Errors
    /// There are not as many bytes as the picture has dots, or there are none.
    pub fn set_picture(&self, grey: &[u8], width: u32, height: u32, dpi: i32) -> Result<(), EngineError> {
        let failed = || EngineError::Failed { step: "taking the picture" };
        let (Ok(across), Ok(down)) = (c_int::try_from(width), c_int::try_from(height)) else {
            return Err(failed());
        };
        let dots = usize::try_from(u64::from(width) * u64::from(height)).map_err(|_| failed())?;
        if dots == 0 || grey.len() < dots {
            return Err(failed());
        }
        // SAFETY: the handle is alive, and `grey` has `down` rows of `across` bytes, which the engine copies.
        #[expect(unsafe_code, reason = "the library speaks C")]
        unsafe {
            (self.functions.set_image)(self.handle.get(), grey.as_ptr(), across, down, 1, across);
            (self.functions.set_resolution)(self.handle.get(), dpi);
        }
        Ok(())
    }

    /// Recognises the picture.
    ///
    /// # Errors
    /// The engine gave up.
    pub fn recognise(&self) -> Result<(), EngineError> {
        // SAFETY: the handle is alive; no monitor is asked for.
        #[expect(unsafe_code, reason = "the library speaks C")]
        let done = unsafe { (self.functions.recognise)(self.handle.get(), std::ptr::null_mut()) };
        if done == 0 { Ok(()) } else { Err(EngineError::Failed { step: "recognition" }) }
    }

    /// The recognised characters with their boxes, a line each, from the bottom left of the picture.
    ///
    /// # Errors
    /// Nothing was recognised before.
    pub fn box_text(&self) -> Result<String, EngineError> {
        self.text(self.functions.box_text)
    }

    /// The same as its network saw them: words in order, with the lines' boxes.
    ///
    /// # Errors
    /// Nothing was recognised before.
    pub fn lstm_box_text(&self) -> Result<String, EngineError> {
        self.text(self.functions.lstm_box_text)
    }

    /// The table of blocks, paragraphs, lines and words.
    ///
    /// # Errors
    /// Nothing was recognised before.
    pub fn tsv_text(&self) -> Result<String, EngineError> {
        self.text(self.functions.tsv_text)
    }

    /// How sure it is of each word, 0 to 100, in the order of the lists.
    ///
    /// # Errors
    /// Nothing was recognised before.
    pub fn word_confidences(&self) -> Result<Vec<i32>, EngineError> {
        let mut confidences = Vec::new();
        // SAFETY: the handle is alive; the list is ours until it is given back, and ends with -1.
        #[expect(unsafe_code, reason = "the library speaks C")]
        unsafe {
            let list = (self.functions.word_confidences)(self.handle.get());
            if list.is_null() {
                return Err(EngineError::Failed { step: "reading out the words" });
            }
            let mut next = list.cast_const();
            while *next >= 0 {
                confidences.push(*next);
                next = next.add(1);
            }
            (self.functions.delete_numbers)(list);
        }
        Ok(confidences)
    }

    /// Lets go of the picture and what was recognised on it.
    pub fn clear(&self) {
        // SAFETY: the handle is alive.
        #[expect(unsafe_code, reason = "the library speaks C")]
        unsafe {
            (self.functions.clear)(self.handle.get());
        }
    }

    fn text(&self, function: functions::TextFunction) -> Result<String, EngineError> {
        let failed = || EngineError::Failed { step: "reading out the words" };
        // SAFETY: the handle is alive; the text is ours until it is given back.
        #[expect(unsafe_code, reason = "the library speaks C")]
        unsafe {
            let text: *mut c_char = function(self.handle.get(), 0);
            if text.is_null() {
                return Err(failed());
            }
            let read = CStr::from_ptr(text).to_str().map(str::to_owned).map_err(|_| failed());
            (self.functions.delete_text)(text);
            read
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Engine, EngineError, Functions, PageMode, version};
    use std::path::Path;

    const FOLDERS: [&str; 3] =
        ["/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tessdata", "/opt/homebrew/share/tessdata"];

    fn engine() -> Engine {
        let data = |folder: &&str| Path::new(folder).join("eng.traineddata").is_file();
        Engine::new(Path::new(FOLDERS.into_iter().find(data).unwrap()), "eng").unwrap()
    }

    /// An E of bars, ten times in a row.
    fn picture() -> (Vec<u8>, u32, u32) {
        let (width, height) = (600u32, 100u32);
        let dark = |x: u32, y: u32| {
            let (x, y) = (x.wrapping_sub(40) % 50, y.wrapping_sub(30));
            x < 26 && y < 40 && (x < 7 || y < 7 || (17..24).contains(&y) || y >= 33)
        };
        let inside = |x: u32| (40..540).contains(&x);
        let dots = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let grey = dots.map(|(x, y)| if inside(x) && dark(x, y) { 0 } else { 255 });
        (grey.collect(), width, height)
    }

    #[test]
    fn what_is_drawn_is_read_with_boxes_and_confidences() {
        assert!(version().unwrap().starts_with(|c: char| c.is_ascii_digit()));
        let engine = engine();
        engine.set_variable("debug_file", "/dev/null").unwrap();
        assert!(engine.set_variable("no_such_variable", "1").is_err());
        engine.set_page_mode(PageMode::SingleBlock);
        let (grey, width, height) = picture();
        engine.set_picture(&grey, width, height, 300).unwrap();
        engine.recognise().unwrap();
        let boxes = engine.box_text().unwrap();
        assert_eq!(boxes.lines().filter(|line| line.starts_with("E ")).count(), 10, "{boxes}");
        assert!(engine.lstm_box_text().unwrap().lines().count() >= 10);
        assert!(engine.tsv_text().unwrap().contains("EEEEEEEEEE"));
        let sure = engine.word_confidences().unwrap();
        assert!(!sure.is_empty() && sure.iter().all(|sure| (0..=100).contains(sure)), "{sure:?}");
        engine.clear();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let engine = engine();
        for (bytes, width, height) in [(vec![], 0, 0), (vec![0; 10], 5, 3), (vec![0; 10], u32::MAX, 1)] {
            assert!(engine.set_picture(&bytes, width, height, 300).is_err());
        }
        let missing = Engine::new(Path::new("/nowhere"), "eng").err().unwrap();
        assert_eq!(missing, EngineError::LanguageData);
        assert!(Engine::new(Path::new("/tmp"), "e\0g").is_err());
    }

    #[test]
    fn a_library_that_is_not_there_is_told_with_the_way_out() {
        let error = Functions::load(&["libno-such-engine.so.5"]).err().unwrap().to_string();
        assert!(
            error.contains("libno-such-engine.so.5") && error.contains("apt-get install tesseract-ocr"),
            "{error}"
        );
        // One that is there and is another one.
        assert!(Functions::load(&["libc.so.6"]).is_err());
    }
}
