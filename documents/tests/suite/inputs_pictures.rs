//! Pictures of every kind become upright pages that look like them, whatever their coding; hostile and
//! damaged ones end in a clear text or in the part that can be read.

use crate::tiff_writer::{self as tiff, BlackRows, Image};
use documents::OpenDocument;
use documents::convert::{ConvertError, ConvertLimits, ConvertNote, Converted, convert};
use documents::kind::{FileKind, sniff};
use documents::picture::page_png;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, ImageFormat, Rgb, RgbImage};
use std::io::{Cursor, Write};

const RED: Rgb<u8> = Rgb([200, 30, 30]);
const GREEN: Rgb<u8> = Rgb([30, 180, 30]);
const BLUE: Rgb<u8> = Rgb([30, 30, 200]);
const GREY: Rgb<u8> = Rgb([120, 120, 120]);

fn limits() -> ConvertLimits {
    ConvertLimits::default()
}

fn made(bytes: &[u8]) -> Converted {
    convert(sniff(bytes), bytes, &limits()).unwrap()
}

/// A page as it is shown, at 72 dots per inch.
fn shown(converted: &Converted, page: u32) -> RgbImage {
    let document = OpenDocument::open(converted.pdf.clone()).unwrap();
    image::load_from_memory(&page_png(&document, page, 72.0).unwrap()).unwrap().to_rgb8()
}

/// Four colours, one in each corner: 80 by 40 pixels.
fn corners() -> RgbImage {
    RgbImage::from_fn(80, 40, |x, y| match (x < 40, y < 20) {
        (true, true) => RED,
        (false, true) => GREEN,
        (true, false) => BLUE,
        (false, false) => GREY,
    })
}

fn assert_corners(picture: &RgbImage, what: &str) {
    assert_eq!(picture.dimensions(), (80, 40), "{what}");
    for (x, y, colour) in [(10, 8, RED), (70, 8, GREEN), (10, 32, BLUE), (70, 32, GREY)] {
        let near = picture.get_pixel(x, y).0.iter().zip(colour.0).all(|(a, b)| a.abs_diff(b) < 14);
        assert!(near, "{what}: {:?} at {x}, {y}, expected {colour:?}", picture.get_pixel(x, y));
    }
}

/// Runs of many lengths with no symmetry: 200 by 120.
fn fax_rows() -> BlackRows {
    (0..120_u32)
        .map(|y| (0..200_u32).map(|x| (x * x / 40 + y * 3) % 50 < 20 && !(x > 150 && y < 30)).collect())
        .collect()
}

fn assert_fax(picture: &RgbImage, rows: &BlackRows, what: &str) {
    assert_eq!(picture.dimensions(), (rows[0].len() as u32, rows.len() as u32), "{what}");
    let wrong = picture
        .enumerate_pixels()
        .filter(|(x, y, pixel)| rows[*y as usize][*x as usize] != (pixel.0[0] < 128));
    let wrong = wrong.count();
    assert!(wrong < 100, "{what}: {wrong} pixels differ");
}

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

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn lzw(data: &[u8]) -> Vec<u8> {
    weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(data).unwrap()
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
fn four_inks_are_seen_as_colours() {
    // Cyan, magenta, yellow, black in columns of 20 pixels.
    let inks: Vec<u8> = (0..40)
        .flat_map(|_| (0..80).flat_map(|x| (0..4).map(move |ink| if x / 20 == ink { 255 } else { 0 })))
        .collect();
    let image = Image::new((80, 40), &[8; 4], 5, 1).dpi(72, 72).strips(40, vec![inks]);
    let picture = shown(&made(&tiff::file(&[image], false)), 1);
    let [cyan, magenta, yellow, black] = [10, 30, 50, 70].map(|x| picture.get_pixel(x, 20).0);
    assert!(cyan[0] < 100 && cyan[2] > 180, "{cyan:?}");
    assert!(magenta[1] < 100 && magenta[0] > 180, "{magenta:?}");
    assert!(yellow[2] < 100 && yellow[0] > 180, "{yellow:?}");
    assert!(black.iter().all(|tone| *tone < 90), "{black:?}");
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 95)
        .encode(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

/// A JPEG with this segment after its start.
fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u16 + 2).to_be_bytes();
    [&[0xff, 0xd8, 0xff, marker], length.as_slice(), body, &jpeg[2..]].concat()
}

/// EXIF with an orientation and 72 dots per inch.
fn exif(orientation: u32) -> Vec<u8> {
    let image = Image { tags: vec![(274, vec![orientation])], ..Image::default() }.dpi(72, 72);
    [b"Exif\0\0".as_slice(), &tiff::file(&[image], orientation > 4)].concat()
}

/// The picture as it is stored when a reader must turn it by this orientation.
fn stored_as(orientation: u32) -> RgbImage {
    use image::imageops::{flip_horizontal, flip_vertical, rotate90, rotate180, rotate270};
    let upright = corners();
    match orientation {
        2 => flip_horizontal(&upright),
        3 => rotate180(&upright),
        4 => flip_vertical(&upright),
        5 => rotate270(&flip_horizontal(&upright)),
        6 => rotate270(&upright),
        7 => rotate90(&flip_horizontal(&upright)),
        8 => rotate90(&upright),
        _ => upright,
    }
}

#[test]
fn pictures_are_upright_whatever_way_they_are_stored() {
    for orientation in 1..=8 {
        let stored = stored_as(orientation);
        // The first segment wins, and this encoder writes a JFIF one without a density of its own.
        let file = with_segment(&without_jfif(&jpeg(&stored)), 0xe1, &exif(orientation));
        let converted = made(&file);
        assert_corners(&shown(&converted, 1), &format!("jpeg, orientation {orientation}"));
        assert!(converted.pdf.windows(file.len()).any(|window| window == file), "kept byte for byte");
        let (width, height) = stored.dimensions();
        let image = Image::new((width, height), &[8; 3], 2, 1)
            .dpi(72, 72)
            .with(274, &[orientation])
            .strips(height, vec![stored.into_raw()]);
        let converted = made(&tiff::file(&[image], false));
        assert_corners(&shown(&converted, 1), &format!("tiff, orientation {orientation}"));
    }
}

fn without_jfif(jpeg: &[u8]) -> Vec<u8> {
    if jpeg[2..4] != [0xff, 0xe0] {
        return jpeg.to_vec();
    }
    let length = usize::from(u16::from_be_bytes([jpeg[4], jpeg[5]]));
    [&jpeg[..2], &jpeg[4 + length..]].concat()
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
fn pngs_of_every_kind_look_the_same() {
    let picture = corners();
    let with_dpi = |png: Vec<u8>| {
        // pHYs after the header: 2,835 pixels a metre are 72 dots per inch.
        let body = [b"pHYs".as_slice(), &2835_u32.to_be_bytes(), &2835_u32.to_be_bytes(), &[1]].concat();
        let mut sum = flate2::Crc::new();
        sum.update(&body);
        [&png[..33], &9_u32.to_be_bytes(), &body, &sum.sum().to_be_bytes(), &png[33..]].concat()
    };
    let encoded = |image: DynamicImage| {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, ImageFormat::Png).unwrap();
        with_dpi(bytes.into_inner())
    };
    let rgb = DynamicImage::ImageRgb8(picture.clone());
    let cases = [
        ("rgb", encoded(rgb.clone())),
        ("16 bits", encoded(DynamicImage::ImageRgb16(rgb.to_rgb16()))),
        ("opacity", encoded(DynamicImage::ImageRgba8(rgb.to_rgba8()))),
        ("palette", with_dpi(palette_png(&picture))),
    ];
    for (name, file) in cases {
        let converted = made(&file);
        assert!(converted.notes.is_empty(), "{name}");
        assert_corners(&shown(&converted, 1), name);
    }
    // Nothing but transparency is white paper.
    let clear =
        encoded(DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(80, 40, image::Rgba([0, 0, 0, 0]))));
    assert!(shown(&made(&clear), 1).pixels().all(|pixel| pixel.0 == [255; 3]));
    // Half a file: the upper rows are there and told.
    let file = encoded(DynamicImage::ImageRgb8(noise(200, 200)));
    let converted = made(&file[..file.len() / 2]);
    let [ConvertNote::PageCut { page: 1, rows_read, rows: 200 }] = converted.notes[..] else {
        panic!("{:?}", converted.notes)
    };
    assert!((40..160).contains(&rows_read), "{rows_read}");
}

fn noise(width: u32, height: u32) -> RgbImage {
    let mut state = 1_u32;
    RgbImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(state >> 24) as u8, (state >> 16) as u8, (state >> 8) as u8])
    })
}

fn palette_png(picture: &RgbImage) -> Vec<u8> {
    let colours = [RED, GREEN, BLUE, GREY];
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Two);
    encoder.set_palette(colours.iter().flat_map(|colour| colour.0).collect::<Vec<u8>>());
    let numbers: Vec<u8> = picture
        .pixels()
        .map(|pixel| colours.iter().position(|colour| colour == pixel).unwrap() as u8)
        .collect();
    let packed: Vec<u8> =
        numbers.chunks(4).map(|four| four.iter().fold(0, |byte, number| byte << 2 | number)).collect();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&packed).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn bmps_become_pages_and_cut_ones_in_part() {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(corners()).write_to(&mut bytes, ImageFormat::Bmp).unwrap();
    let mut file = bytes.into_inner();
    file[38..42].copy_from_slice(&2835_u32.to_le_bytes());
    file[42..46].copy_from_slice(&2835_u32.to_le_bytes());
    assert_corners(&shown(&made(&file), 1), "bmp");
    // Rows stand from the bottom: the lower half is what is left.
    let converted = made(&file[..file.len() / 2]);
    assert!(
        matches!(converted.notes[..], [ConvertNote::PageCut { page: 1, rows: 40, .. }]),
        "{:?}",
        converted.notes
    );
    let picture = shown(&converted, 1);
    assert!(picture.get_pixel(10, 35).0[2] > 150 && picture.get_pixel(10, 2).0 == [255; 3]);
}

#[test]
fn a_cut_jpeg_shows_what_is_left_of_it() {
    let file = jpeg(&noise(400, 400));
    let converted = made(&file[..file.len() / 2]);
    assert!(
        matches!(converted.notes[..], [ConvertNote::PageCut { page: 1, rows: 400, .. }]),
        "{:?}",
        converted.notes
    );
    let picture = shown(&converted, 1);
    let spread = |y: u32| {
        let row: Vec<u8> = (0..picture.width()).map(|x| picture.get_pixel(x, y).0[0]).collect();
        row.iter().max().unwrap() - row.iter().min().unwrap()
    };
    assert!(spread(10) > 60 && spread(picture.height() - 5) < 20);
}

#[test]
fn absurd_sizes_are_refused_before_anything_is_decoded() {
    let huge_tiff = tiff::file(&[Image::new((70_000, 70_000), &[8], 1, 1).strips(1, vec![vec![0]])], false);
    let mut huge_png = palette_png(&corners());
    huge_png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let mut huge_bmp = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    huge_bmp.extend([0, 0, 0x10, 0, 0, 0, 0x10, 0, 1, 0, 24, 0]);
    huge_bmp.resize(60, 0);
    let mut huge_jpeg = jpeg(&corners());
    let frame = huge_jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    huge_jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    for file in [huge_tiff, huge_png, huge_bmp, huge_jpeg] {
        let kind = sniff(&file);
        let error = convert(kind, &file, &limits()).unwrap_err();
        assert!(matches!(error, ConvertError::TooManyPixels { .. }), "{kind}: {error}");
    }
    let small = ConvertLimits { pages: 2, ..limits() };
    let page = Image::new((8, 8), &[8], 1, 1).strips(8, vec![vec![9; 64]]);
    let error = convert(FileKind::Tiff, &tiff::file(&vec![page; 4], false), &small).unwrap_err();
    assert!(matches!(error, ConvertError::TooManyPages { max: 2, .. }), "{error}");
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
fn the_same_picture_gives_the_same_bytes() {
    for file in [
        jpeg(&corners()),
        palette_png(&corners()),
        tiff::file(&[Image::new((80, 40), &[8; 3], 2, 1).strips(40, vec![corners().into_raw()])], true),
    ] {
        assert_eq!(made(&file).pdf, made(&file).pdf);
    }
}

#[test]
fn bytes_changed_anywhere_end_in_pages_or_a_refusal() {
    let mut bmp = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(corners()).write_to(&mut bmp, ImageFormat::Bmp).unwrap();
    let rows = fax_rows();
    let files = [
        jpeg(&corners()),
        palette_png(&corners()),
        bmp.into_inner(),
        tiff::file(
            &[Image::new((200, 120), &[1], 0, 3)
                .strips(120, vec![tiff::group3_two_dimensional(&rows)])
                .with(292, &[1])],
            false,
        ),
        tiff::file(
            &[Image::new((200, 120), &[1], 0, 4).strips(30, rows.chunks(30).map(tiff::group4).collect())],
            true,
        ),
        tiff::file(&[Image::new((80, 40), &[8; 3], 2, 5).strips(40, vec![lzw(corners().as_raw())])], false),
    ];
    // Small enough that a wrong size costs nothing.
    let small = ConvertLimits { pixels_per_page: 4_000_000, ..limits() };
    let mut state = 3_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    for file in files {
        for _ in 0..120 {
            let mut changed = file.clone();
            for _ in 0..1 + next(4) {
                let at = next(changed.len());
                changed[at] = next(256) as u8;
            }
            changed.truncate(changed.len() - next(2) * next(file.len() / 2));
            if let Ok(converted) = convert(sniff(&file), &changed, &small) {
                assert!(converted.pages > 0);
            }
        }
    }
}
