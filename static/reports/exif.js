/**
 * Place and time out of EXIF (CIPA DC-008), read before the picture is made smaller, which drops them.
 * Whatever is odd in it means "not known", never an error; the server looks at the same with the same rules.
 */
const HEAD = 256 * 1024;
const NOTHING = Object.freeze({ position: null, takenAt: null });
const CAMERA = 0x8769;
const GPS = 0x8825;
const TIMES = [[0x9003, 0x9011], [0x9004, 0x9012]]; // original, digitised; each with its offset from UTC
const SIZES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };
const EARLIEST_YEAR = 1990; // a camera whose clock was never set says 1970 or 1980

/** `{ position: [latitude, longitude] | null, takenAt: "2026-07-01T12:30:00+02:00" | null }`; never rejects. */
export async function readExif(blob) {
  try {
    const bytes = new Uint8Array(await blob.slice(0, HEAD).arrayBuffer());
    const start = findTiff(bytes);
    return start < 0 ? NOTHING : read(new DataView(bytes.buffer, start));
  } catch {
    return NOTHING;
  }
}

/** Behind "Exif\0\0" in JPEG and phones' HEIC, a chunk's name in PNG and WebP, a zero offset in AVIF. */
function findTiff(bytes) {
  const at = (place) => String.fromCharCode(...bytes.subarray(Math.max(0, place), place + 4));
  for (let place = 4; place + 8 < bytes.length; place += 1) {
    const little = bytes[place] === 0x49 && bytes[place + 1] === 0x49 && bytes[place + 2] === 42 && !bytes[place + 3];
    const big = bytes[place] === 0x4d && bytes[place + 1] === 0x4d && !bytes[place + 2] && bytes[place + 3] === 42;
    if (!little && !big) continue;
    const before = at(place - 4);
    if (before === "eXIf" || before === "\0\0\0\0" || before === "if\0\0" || at(place - 8) === "EXIF") return place;
  }
  return -1;
}

function read(view) {
  const little = view.getUint16(0) === 0x4949;
  const first = directory(view, view.getUint32(4, little), little);
  const sub = (tag) => (first.has(tag) ? safely(() => directory(view, number(view, first.get(tag), little), little)) : null);
  return {
    position: safely(() => position(view, sub(GPS), little)),
    takenAt: safely(() => takenAt(view, sub(CAMERA), little)),
  };
}

function safely(work) {
  try {
    return work() ?? null;
  } catch {
    return null; // an offset that leads out of the file, most often
  }
}

function directory(view, offset, little) {
  const entries = new Map();
  const count = view.getUint16(offset, little);
  for (let index = 0; index < count; index += 1) {
    const entry = offset + 2 + 12 * index;
    if (entry + 12 > view.byteLength) break;
    const type = view.getUint16(entry + 2, little);
    const length = view.getUint32(entry + 4, little);
    const inside = (SIZES[type] ?? 0) * length <= 4;
    const tag = view.getUint16(entry, little);
    if (!entries.has(tag)) entries.set(tag, { type, length, at: inside ? entry + 8 : view.getUint32(entry + 8, little) });
  }
  return entries;
}

const number = (view, { type, at }, little) => (type === 3 ? view.getUint16(at, little) : view.getUint32(at, little));

function text(view, entry) {
  if (!entry || entry.type !== 2 || entry.length > 100) return "";
  const codes = Array.from({ length: entry.length }, (_, index) => view.getUint8(entry.at + index));
  return String.fromCharCode(...codes).replace(/[\0 ]+$/, "").trim();
}

function position(view, gps, little) {
  const latitude = gps && degrees(view, gps.get(2), text(view, gps.get(1)), "NS", 90, little);
  const longitude = gps && degrees(view, gps.get(4), text(view, gps.get(3)), "EW", 180, little);
  // A receiver that has not found its place writes zeros; nothing but sea lies within 100 m of 0, 0.
  if (latitude == null || longitude == null || (Math.abs(latitude) < 0.001 && Math.abs(longitude) < 0.001)) return null;
  return [latitude, longitude];
}

/** Degrees, minutes, seconds and a letter for the half of the globe; without the letter nothing is known. */
function degrees(view, entry, letter, letters, limit, little) {
  const half = letters.indexOf(letter.toUpperCase().slice(0, 1));
  if (!entry || ![5, 10].includes(entry.type) || ![2, 3].includes(entry.length) || !letter || half < 0) return null;
  const parts = Array.from({ length: entry.length }, (_, index) => {
    const at = entry.at + 8 * index;
    const get = (place) => (entry.type === 5 ? view.getUint32(place, little) : view.getInt32(place, little));
    return get(at) / get(at + 4);
  });
  if (!parts.every((part) => Number.isFinite(part) && part >= 0) || parts.slice(1).some((part) => part > 60)) return null;
  const value = parts.reduce((sum, part, power) => sum + part / 60 ** power, 0);
  if (value > limit) return null;
  return half === 0 ? value : -value;
}

/** Without a zone in the photo the moment has none either. */
function takenAt(view, camera) {
  for (const [timeTag, offsetTag] of TIMES) {
    const found = /^(\d{4})[:./-](\d\d)[:./-](\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text(view, camera?.get(timeTag)));
    if (!found) continue;
    const [, year, month, day, time] = found;
    const offset = text(view, camera.get(offsetTag));
    const moment = `${year}-${month}-${day}T${time}${/^[+-]\d\d:\d\d$/.test(offset) ? offset : ""}`;
    const known = Number.isFinite(Date.parse(moment)) && Number(year) >= EARLIEST_YEAR;
    return known && Date.parse(moment) < Date.now() + 86_400_000 ? moment : null;
  }
  return null;
}
