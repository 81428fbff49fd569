/** The edge of a stored picture, in pixels: sharp at 128 on a screen with two dots a pixel. */
const EDGE = 256;

/** Cuts the middle square out of a picture and makes it small; what the camera noted is left out. */
export async function shrink(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const side = Math.min(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = EDGE;
  canvas.height = EDGE;
  const surface = canvas.getContext("2d");
  if (!surface) throw new Error("no canvas");
  surface.imageSmoothingQuality = "high";
  surface.drawImage(
    picture,
    (picture.width - side) / 2,
    (picture.height - side) / 2,
    side,
    side,
    0,
    0,
    EDGE,
    EDGE,
  );
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}
