// @ts-check
// How large a picture says it is, by its first bytes: unpacked it has four bytes a pixel, and a small file may say anything.

/** Pixels beyond which a picture is not unpacked. */
export const PIXELS_MAX = 100_000_000;
/** Bytes from the beginning of a file among which the size stands; cameras write previews before it. */
export const HEAD = 1_000_000;

/** @param {DataView} at @param {number} from @param {number} length */
const letters = (at, from, length) => String.fromCharCode(...new Uint8Array(at.buffer, at.byteOffset + from, length));

/** The frame header of a JPEG (ITU-T T.81, B.2.2), wherever it stands. @param {DataView} at @returns {[number, number]|null} */
function jpeg(at) {
  for (let place = 2; place + 9 <= at.byteLength;) {
    if (at.getUint8(place) !== 0xff) return null;
    const marker = at.getUint8(place + 1);
    // SOF0 to SOF15, without the three in between that are tables.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return [at.getUint16(place + 7), at.getUint16(place + 5)];
    place += marker === 0xff ? 1 : 2 + at.getUint16(place + 2);
  }
  return null;
}

/** The three kinds of WebP (RFC 9649, 2.5 to 2.7). @param {DataView} at @returns {[number, number]|null} */
function webp(at) {
  const kind = letters(at, 12, 4);
  if (kind === "VP8X") return [1 + (at.getUint32(24, true) & 0xffffff), 1 + (at.getUint32(26, true) >>> 8)];
  if (kind === "VP8 ") return [at.getUint16(26, true) & 0x3fff, at.getUint16(28, true) & 0x3fff];
  if (kind !== "VP8L") return null;
  const bits = at.getUint32(21, true);
  return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
}

/** Width and height; null where they are not found, as in a kind that is not known here. @param {ArrayBuffer} head @returns {[number, number]|null} */
export function sizeOf(head) {
  const at = new DataView(head);
  if (at.byteLength < 30) return null;
  if (at.getUint32(0) === 0x89504e47) return [at.getUint32(16), at.getUint32(20)];
  if (at.getUint16(0) === 0xffd8) return jpeg(at);
  if (letters(at, 0, 4) === "GIF8") return [at.getUint16(6, true), at.getUint16(8, true)];
  if (letters(at, 0, 4) === "RIFF" && letters(at, 8, 4) === "WEBP") return webp(at);
  return null;
}
