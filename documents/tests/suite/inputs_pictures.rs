//! Pictures of every kind become upright pages that look like them; hostile and damaged ones end in a clear
//! text or in the part that can be read.

use crate::looks::{
    BLUE, GREEN, GREY, RED, assert_corners, corners, fax_rows, jpeg, limits, lzw, made, shown, without_jfif,
    zlib,
};
use crate::tiff_writer::{self as tiff, Image};
use documents::convert::{ConvertError, ConvertLimits, ConvertNote, convert};
use documents::kind::{FileKind, sniff};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// Cyan, magenta, yellow, black in columns of 20 pixels.
fn inks() -> Vec<u8> {
    let pixel = |x: u32| (0..4).map(move |ink| if x / 20 == ink { 255 } else { 0 });
    (0..40).flat_map(|_| (0..80).flat_map(pixel)).collect()
}

#[test]
fn four_inks_are_seen_as_colours() {
    let tiff = Image::new((80, 40), &[8; 4], 5, 1).dpi(72, 72).strips(40, vec![inks()]);
    let jpeg = |colours| {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
        encoder.set_density(jpeg_encoder::PixelDensity::dpi(72));
        encoder.encode(&inks(), 80, 40, colours).unwrap();
        bytes
    };
    let cases = [
        ("tiff", tiff::file(&[tiff], false)),
        ("jpeg", jpeg(jpeg_encoder::ColorType::Cmyk)),
        ("jpeg with turned colours", jpeg(jpeg_encoder::ColorType::CmykAsYcck)),
    ];
    for (name, file) in cases {
        let converted = made(&file);
        let picture = shown(&converted, 1);
        assert_eq!(picture.dimensions(), (80, 40), "{name}");
        let [cyan, magenta, yellow, black] = [10, 30, 50, 70].map(|x| picture.get_pixel(x, 20).0);
        assert!(cyan[0] < 100 && cyan[2] > 180, "{name}: {cyan:?}");
        assert!(magenta[1] < 100 && magenta[0] > 180, "{name}: {magenta:?}");
        assert!(yellow[2] < 100 && yellow[0] > 180, "{name}: {yellow:?}");
        assert!(black.iter().all(|tone| *tone < 90), "{name}: {black:?}");
        let kept =
            sniff(&file) == FileKind::Tiff || converted.pdf.windows(file.len()).any(|window| window == file);
        assert!(kept, "{name}: kept byte for byte");
    }
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
        ("interlaced", with_dpi(interlaced_png(&picture))),
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

/// The seven passes of Adam7 (PNG specification, 8.2), each row unfiltered.
fn interlaced_png(picture: &RgbImage) -> Vec<u8> {
    const PASSES: [(u32, u32, u32, u32); 7] =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
    let (width, height) = picture.dimensions();
    let mut rows = Vec::new();
    for (left, top, across, down) in PASSES {
        for y in (top..height).step_by(down as usize) {
            rows.push(0);
            rows.extend((left..width).step_by(across as usize).flat_map(|x| picture.get_pixel(x, y).0));
        }
    }
    let chunk = |name: &[u8], body: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(name);
        sum.update(body);
        [&(body.len() as u32).to_be_bytes(), name, body, &sum.sum().to_be_bytes()].concat()
    };
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 1]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        chunk(b"IDAT", &zlib(&rows)),
        chunk(b"IEND", &[]),
    ]
    .concat()
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
