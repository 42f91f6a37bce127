// The display: greys of 256 columns and as many rows as the station's has, each pixel a whole number of the screen's own wide.

const WIDTH = 256;

// Current of a lit pixel by day, of 255.
const USUAL_CONTRAST = 127;

// A PM-OLED's white is a little blue.
const TINT = [0.9, 0.96, 1];

export function oled(canvas) {
  const context = canvas.getContext("2d");
  let picture = blank(context, canvas.height);
  new ResizeObserver(() => fit(canvas)).observe(canvas.parentElement);

  return function show(grey) {
    const rows = grey.length / WIDTH;
    if (rows !== canvas.height) {
      canvas.height = rows;
      picture = blank(context, rows);
      fit(canvas);
    }
    for (let pixel = 0; pixel < WIDTH * rows; pixel += 1) {
      for (let colour = 0; colour < 3; colour += 1) picture.data[4 * pixel + colour] = grey[pixel] * TINT[colour];
    }
    context.putImageData(picture, 0, 0);
  };
}

/** Make the glass as bright as the current of its lit pixels: to the eye the root of it. */
export function dim(canvas, contrast) {
  canvas.style.filter = `brightness(${Math.sqrt(contrast / USUAL_CONTRAST).toFixed(2)})`;
}

function blank(context, rows) {
  const picture = context.createImageData(WIDTH, rows);
  for (let at = 3; at < picture.data.length; at += 4) picture.data[at] = 255;
  return picture;
}

function fit(canvas) {
  const box = getComputedStyle(canvas.parentElement);
  const room = canvas.parentElement.clientWidth - parseFloat(box.paddingLeft) - parseFloat(box.paddingRight);
  const ratio = window.devicePixelRatio || 1;
  const scale = Math.max(1, Math.floor((room * ratio) / WIDTH)) / ratio;
  canvas.style.width = `${WIDTH * scale}px`;
  canvas.style.height = `${canvas.height * scale}px`;
}
