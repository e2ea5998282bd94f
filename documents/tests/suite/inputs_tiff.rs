//! TIFF files of every coding, colour model and layout look the same as pages; what is left of damaged ones
//! is shown and told.

use crate::looks::{
    BLUE, GREEN, GREY, RED, assert_corners, assert_fax, corners, fax_rows, jpeg, limits, lzw, made, shown,
    without_jfif, zlib,
};
use crate::tiff_writer::{self as tiff, Image};
use documents::OpenDocument;
use documents::convert::{ConvertError, ConvertNote, convert};
use documents::kind::FileKind;

#[test]
fn black_and_white_tiffs_of_every_coding_look_the_same() {
    let rows = fax_rows();
    let plain = tiff::packed(&rows);
    let reversed = |data: Vec<u8>| data.into_iter().map(u8::reverse_bits).collect::<Vec<u8>>();
    let image = |compression| Image::new((200, 120), &[1], 0, compression).dpi(72, 72);
    let one = |compression, strip| image(compression).strips(120, vec![strip]);
    let in_strips = |coded: fn(&[Vec<bool>]) -> Vec<u8>| rows.chunks(50).map(coded).collect::<Vec<_>>();
    let inverted: Vec<u8> = plain.iter().map(|byte| !byte).collect();
    let cases = [
        ("uncompressed", one(1, plain.clone())),
        ("black is zero", one(1, inverted).with(262, &[1])),
        ("run lengths", one(2, tiff::run_lengths(&rows))),
        ("group 3", one(3, tiff::group3(&rows))),
        ("group 3 in strips", image(3).strips(50, in_strips(tiff::group3))),
        ("group 3 in two dimensions", one(3, tiff::group3_two_dimensional(&rows)).with(292, &[1])),
        ("group 4", one(4, tiff::group4(&rows))),
        ("group 4 in strips", image(4).strips(50, in_strips(tiff::group4))),
        ("group 4, low bit first", one(4, reversed(tiff::group4(&rows))).with(266, &[2])),
        ("group 3, low bit first", one(3, reversed(tiff::group3(&rows))).with(266, &[2])),
        ("packbits", one(32_773, tiff::packbits(&plain))),
        ("deflate", one(8, zlib(&plain))),
        ("lzw", one(5, lzw(&plain))),
    ];
    for (name, image) in cases {
        for big in [false, true] {
            let converted = made(&tiff::file(std::slice::from_ref(&image), big));
            assert_eq!((converted.pages, converted.notes.as_slice()), (1, [].as_slice()), "{name}");
            assert_fax(&shown(&converted, 1), &rows, name);
        }
    }
}

#[test]
fn colour_tiffs_of_every_model_look_the_same() {
    let rgb = corners().into_raw();
    let size = (80, 40);
    let image = |bits: &[u32], photometric, data: Vec<u8>| {
        Image::new(size, bits, photometric, 1).dpi(72, 72).strips(40, vec![data])
    };
    let wide: Vec<u8> = rgb.iter().flat_map(|value| [*value, 99]).collect();
    let planes = (0..3).map(|plane| rgb.iter().skip(plane).step_by(3).copied().collect()).collect();
    let differences: Vec<u8> = rgb
        .chunks(240)
        .flat_map(|row| (0..240).map(|at| if at < 3 { row[at] } else { row[at].wrapping_sub(row[at - 3]) }))
        .collect();
    let opaque: Vec<u8> = rgb.chunks(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    let numbers: Vec<u8> = corners()
        .pixels()
        .map(|pixel| [RED, GREEN, BLUE, GREY].iter().position(|colour| colour == pixel).unwrap() as u8)
        .collect();
    let nibbles: Vec<u8> = numbers.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    let map = |entries: usize| -> Vec<u32> {
        (0..3)
            .flat_map(|tone| {
                (0..entries).map(move |entry| {
                    [RED, GREEN, BLUE, GREY].get(entry).map_or(0, |colour| u32::from(colour.0[tone]) * 257)
                })
            })
            .collect()
    };
    let tiles: Vec<Vec<u8>> = (0..6)
        .map(|tile| {
            let (left, top) = (tile % 3 * 32, tile / 3 * 32);
            let pixel = |at: u32| {
                let (x, y) = (left + at % 32, top + at / 32);
                corners().get_pixel_checked(x, y).map_or([0; 3], |pixel| pixel.0)
            };
            (0..32 * 32).flat_map(pixel).collect()
        })
        .collect();
    let cases = [
        ("rgb", image(&[8, 8, 8], 2, rgb.clone())),
        ("rgb, 16 bits", image(&[16, 16, 16], 2, wide)),
        ("rgb in planes", Image::new(size, &[8, 8, 8], 2, 1).dpi(72, 72).strips(40, planes).with(284, &[2])),
        ("rgb, differences, lzw", image(&[8, 8, 8], 2, lzw(&differences)).with(259, &[5]).with(317, &[2])),
        ("rgb with opacity", image(&[8, 8, 8, 8], 2, opaque).with(338, &[2])),
        ("palette, 8 bits", image(&[8], 3, numbers).with(320, &map(256))),
        ("palette, 4 bits", image(&[4], 3, nibbles).with(320, &map(16))),
        ("rgb in tiles", {
            let mut image = Image::new(size, &[8, 8, 8], 2, 1).dpi(72, 72).with(322, &[32]).with(323, &[32]);
            image.strips = tiles;
            image
        }),
    ];
    for (name, image) in cases {
        // 16-bit samples in the file's own order.
        let converted = made(&tiff::file(&[image], name.contains("16")));
        assert!(converted.notes.is_empty(), "{name}: {:?}", converted.notes);
        assert_corners(&shown(&converted, 1), name);
    }
}

#[test]
fn jpeg_in_tiff_keeps_its_data_and_its_tables() {
    let file = without_jfif(&jpeg(&corners()));
    let image = Image::new((80, 40), &[8; 3], 6, 7).dpi(72, 72).strips(40, vec![file.clone()]);
    let converted = made(&tiff::file(&[image], false));
    assert_corners(&shown(&converted, 1), "jpeg in tiff");
    // The same with the quantisation and Huffman tables apart, as scanners write it.
    let (tables, rest) = split_tables(&file);
    let mut image = Image::new((80, 40), &[8; 3], 6, 7).dpi(72, 72).strips(40, vec![rest]);
    image.jpeg_tables = Some(tables);
    let converted = made(&tiff::file(&[image], false));
    assert!(converted.notes.is_empty());
    assert_corners(&shown(&converted, 1), "jpeg in tiff with shared tables");
}

/// The tables of a JPEG as a file without a picture, and the picture without its tables.
fn split_tables(jpeg: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut tables, mut rest) = (vec![0xff, 0xd8], vec![0xff, 0xd8]);
    let mut at = 2;
    while jpeg[at + 1] != 0xda {
        let end = at + 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        let target = if matches!(jpeg[at + 1], 0xdb | 0xc4) { &mut tables } else { &mut rest };
        target.extend_from_slice(&jpeg[at..end]);
        at = end;
    }
    tables.extend([0xff, 0xd9]);
    rest.extend_from_slice(&jpeg[at..]);
    (tables, rest)
}

#[test]
fn a_tiff_of_many_pages_keeps_order_sizes_and_missing_resolutions() {
    let page = |width: u32, height: u32| {
        Image::new((width, height), &[8], 1, 1).strips(height, vec![vec![200; (width * height) as usize]])
    };
    let thumbnail = page(10, 10).with(254, &[1]);
    let images = [page(204, 98).dpi(204, 98), thumbnail, page(850, 1100), page(100, 200).dpi(100, 100)];
    let converted = made(&tiff::file(&images, true));
    assert_eq!((converted.pages, converted.notes.len()), (3, 0));
    let document = OpenDocument::open(converted.pdf).unwrap();
    let sizes: Vec<(f32, f32)> = documents::read::inspect(&document)
        .unwrap()
        .iter()
        .map(|page| (page.width_pt.round(), page.height_pt.round()))
        .collect();
    assert_eq!(sizes, [(72.0, 72.0), (612.0, 792.0), (72.0, 144.0)]);
}

#[test]
fn a_cut_tiff_gives_the_strips_and_pages_that_are_there() {
    let rows = fax_rows();
    let strips: Vec<Vec<u8>> = rows.chunks(30).map(tiff::group4).collect();
    let whole = Image::new((200, 120), &[1], 0, 4).dpi(72, 72).strips(30, strips);
    let mut damaged = whole.clone();
    damaged.strips[2] = Vec::new();
    damaged.strips[3] = vec![0x00, 0x01, 0x7f];
    let nothing = Image::new((200, 120), &[1], 0, 99).strips(120, vec![vec![0]]);
    let converted = made(&tiff::file(&[whole, damaged, nothing], false));
    assert_eq!(converted.pages, 2);
    let [ConvertNote::PageCut { page: 2, rows_read, rows: 120 }, ConvertNote::PageLost { page: 3 }] =
        converted.notes[..]
    else {
        panic!("{:?}", converted.notes)
    };
    assert!((60..120).contains(&rows_read), "{rows_read}");
    assert_fax(&shown(&converted, 1), &rows, "the whole page");
    let cut = shown(&converted, 2);
    let upper = image::imageops::crop_imm(&cut, 0, 0, 200, 60).to_image();
    assert_fax(&upper, &rows[..60].to_vec(), "the upper half");
    // A file cut before its list of pages has none, and says so.
    let file =
        tiff::file(&[Image::new((200, 120), &[1], 0, 4).strips(120, vec![tiff::group4(&rows)])], false);
    let error = convert(FileKind::Tiff, &file[..file.len() / 2], &limits()).unwrap_err();
    assert!(matches!(error, ConvertError::Broken { .. }), "{error}");
}

#[test]
fn a_chain_of_pages_that_loops_ends() {
    let page = Image::new((8, 8), &[8], 1, 1).strips(8, vec![vec![9; 64]]);
    let mut file = tiff::file(&[page], false);
    // The link to the next page is the last word of the directory: back to itself.
    let directory = u32::from_le_bytes([file[4], file[5], file[6], file[7]]);
    let count = u16::from_le_bytes([file[directory as usize], file[directory as usize + 1]]) as usize;
    let link = directory as usize + 2 + 12 * count;
    file[link..link + 4].copy_from_slice(&directory.to_le_bytes());
    let converted = made(&file);
    assert_eq!(
        (converted.pages, converted.notes.as_slice()),
        (1, [ConvertNote::PagesMayBeMissing].as_slice())
    );
}

#[test]
fn a_page_of_sixty_megapixels_is_reduced() {
    let image = Image::new((10_000, 6_000), &[8], 1, 8).dpi(600, 600);
    let row: Vec<u8> = (0..10_000_u32).map(|x| if x < 5_000 { 60 } else { 190 }).collect();
    let strips = vec![zlib(&row.repeat(6_000))];
    let converted = made(&tiff::file(&[image.strips(6_000, strips)], false));
    assert_eq!(converted.notes, [ConvertNote::Reduced { page: 1 }]);
    let picture = shown(&converted, 1);
    assert_eq!(picture.dimensions(), (1200, 720));
    assert!(
        picture.get_pixel(300, 300).0[0].abs_diff(60) < 3
            && picture.get_pixel(900, 300).0[0].abs_diff(190) < 3
    );
}

#[test]
fn tiles_far_larger_than_their_page_are_refused() {
    let mut image = Image::new((1_000_000, 1), &[1], 0, 1).with(322, &[8]).with(323, &[10_000_000]);
    image.strips = vec![vec![0; 16]; 100];
    let error = convert(FileKind::Tiff, &tiff::file(&[image], false), &limits()).unwrap_err();
    assert!(matches!(error, ConvertError::TooManyPixels { .. }), "{error}");
}
