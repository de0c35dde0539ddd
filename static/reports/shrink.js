/** A photo made smaller before it goes up: a phone's picture is five times as large as anybody looks at. */
const QUALITY = 0.86;

/**
 * The picture as a JPEG of at most `longest` pixels, upright; null where it should go up as it is: small already,
 * animated or drawn (GIF, SVG), or nothing that this browser can decode (HEIC, in most).
 */
export async function shrink(file, longest) {
  if (!longest || /^image\/(gif|svg)/.test(file.type)) return null;
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = longest / Math.max(image.naturalWidth, image.naturalHeight);
    if (!(scale < 1)) return null;
    const blob = await draw(image, Math.round(image.naturalWidth * scale), Math.round(image.naturalHeight * scale));
    return blob && blob.size < file.size ? blob : null;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function draw(image, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // behind what is transparent
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height); // browsers turn it upright
  return new Promise((resolve) => {
    canvas.toBlob(resolve, "image/jpeg", QUALITY);
  });
}
