//! The functions of Tesseract's C interface that are used, each found by its name (tesseract/capi.h, 5.x).

use crate::EngineError;
use libloading::Library;
use std::error::Error;
use std::ffi::{c_char, c_int, c_uchar, c_void};
use std::ptr::NonNull;

/// What the library calls an engine.
type Api = *mut c_void;

pub(crate) type TextFunction = unsafe extern "C" fn(Api, c_int) -> *mut c_char;

macro_rules! functions {
    ($($field:ident = $name:literal: $signature:ty;)+) => {
        /// The functions, as long as the library stays loaded, which is until the process ends.
        pub(crate) struct Functions {
            $(pub(crate) $field: $signature,)+
            // Never unloaded: threads of its parts may still be there.
            _library: std::mem::ManuallyDrop<Library>,
        }

        impl Functions {
            /// All functions of the first library that is there.
            pub(crate) fn load(names: &[&str]) -> Result<Self, EngineError> {
                let mut cause = String::new();
                for name in names {
                    match Self::of(name) {
                        Ok(functions) => return Ok(functions),
                        // The first name is the usual one: what is said of it helps.
                        Err(error) if cause.is_empty() => {
                            cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
                        }
                        Err(_) => {}
                    }
                }
                Err(EngineError::NotInstalled { cause })
            }

            fn of(name: &str) -> Result<Self, libloading::Error> {
                // SAFETY: loading runs the set-up code of the system's own libraries, as linking to them would. Each
                // function is declared as in the header of the versions that bear these names.
                #[expect(unsafe_code, reason = "the library speaks C")]
                unsafe {
                    let library = std::mem::ManuallyDrop::new(Library::new(name)?);
                    Ok(Self { $($field: *library.get::<$signature>($name)?,)+ _library: library })
                }
            }
        }
    };
}

functions! {
    version = b"TessVersion\0": unsafe extern "C" fn() -> *const c_char;
    delete_text = b"TessDeleteText\0": unsafe extern "C" fn(*const c_char);
    delete_numbers = b"TessDeleteIntArray\0": unsafe extern "C" fn(*const c_int);
    create = b"TessBaseAPICreate\0": unsafe extern "C" fn() -> Api;
    delete = b"TessBaseAPIDelete\0": unsafe extern "C" fn(Api);
    init = b"TessBaseAPIInit3\0": unsafe extern "C" fn(Api, *const c_char, *const c_char) -> c_int;
    set_variable = b"TessBaseAPISetVariable\0":
        unsafe extern "C" fn(Api, *const c_char, *const c_char) -> c_int;
    set_page_mode = b"TessBaseAPISetPageSegMode\0": unsafe extern "C" fn(Api, c_int);
    set_image = b"TessBaseAPISetImage\0":
        unsafe extern "C" fn(Api, *const c_uchar, c_int, c_int, c_int, c_int);
    set_resolution = b"TessBaseAPISetSourceResolution\0": unsafe extern "C" fn(Api, c_int);
    recognise = b"TessBaseAPIRecognize\0": unsafe extern "C" fn(Api, *mut c_void) -> c_int;
    box_text = b"TessBaseAPIGetBoxText\0": TextFunction;
    lstm_box_text = b"TessBaseAPIGetLSTMBoxText\0": TextFunction;
    tsv_text = b"TessBaseAPIGetTsvText\0": TextFunction;
    word_confidences = b"TessBaseAPIAllWordConfidences\0": unsafe extern "C" fn(Api) -> *mut c_int;
    // Leptonica's, which comes with it.
    write_picture = b"pixWriteMem\0":
        unsafe extern "C" fn(*mut *mut u8, *mut usize, *mut c_void, c_int) -> c_int;
    clear = b"TessBaseAPIClear\0": unsafe extern "C" fn(Api);
}

/// An engine of the library, given back when dropped.
pub(crate) struct Handle {
    api: NonNull<c_void>,
    delete: unsafe extern "C" fn(Api),
}

// SAFETY: an engine has no thread of its own and none that it belongs to; and what is not `Sync` is used by one at a time.
#[expect(unsafe_code, reason = "the library speaks C")]
unsafe impl Send for Handle {}

impl Handle {
    pub(crate) fn create(functions: &Functions) -> Result<Self, EngineError> {
        // SAFETY: the function takes nothing.
        #[expect(unsafe_code, reason = "the library speaks C")]
        let api = unsafe { (functions.create)() };
        let api = NonNull::new(api).ok_or(EngineError::Failed { step: "its start" })?;
        Ok(Self { api, delete: functions.delete })
    }

    pub(crate) fn get(&self) -> Api {
        self.api.as_ptr()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: made by the library, and used by nobody any more.
        #[expect(unsafe_code, reason = "the library speaks C")]
        unsafe {
            (self.delete)(self.get());
        }
    }
}
