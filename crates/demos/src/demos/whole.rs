//! Whether a picture's file is all there. The decoder of JPEG fills what is missing with grey and says nothing.

/// Where a JPEG ends before its end marker: its length, or None if it is whole, or no JPEG.
///
/// Markers are followed from segment to segment (ITU-T T.81, B.1), so that the end of a small picture within the file's
/// description is not taken for that of the file.
pub fn jpeg_cut_at(bytes: &[u8]) -> Option<usize> {
    const START: [u8; 2] = [0xff, 0xd8];
    if !bytes.starts_with(&START) {
        return None;
    }
    let mut at = START.len();
    loop {
        // Between segments there may be fill bytes.
        let marker = bytes.get(at..)?;
        let Some(begin) = marker.iter().position(|byte| *byte == 0xff) else {
            return Some(bytes.len());
        };
        let Some(code) = marker[begin..].iter().position(|byte| *byte != 0xff) else {
            return Some(bytes.len());
        };
        at += begin + code;
        let code = *bytes.get(at)?;
        at += 1;
        match code {
            0xd9 => return None,
            // Markers without a segment; within the data of a scan, 0 says that the byte before it is data.
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            _ => {
                let Some(length) = bytes.get(at..at + 2) else {
                    return Some(bytes.len());
                };
                at += usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
                if at > bytes.len() {
                    return Some(bytes.len());
                }
            }
        }
        if at >= bytes.len() {
            return Some(bytes.len());
        }
    }
}
