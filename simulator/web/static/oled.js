// The display: 256 × 64 greys, each pixel a whole number of the screen's own pixels wide.

const WIDTH = 256;
const HEIGHT = 64;

// A PM-OLED's white is a little blue.
const TINT = [0.9, 0.96, 1];

export function oled(canvas) {
  const context = canvas.getContext("2d");
  const picture = context.createImageData(WIDTH, HEIGHT);
  for (let at = 3; at < picture.data.length; at += 4) picture.data[at] = 255;
  new ResizeObserver(() => fit(canvas)).observe(canvas.parentElement);

  return function show(grey) {
    for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel += 1) {
      for (let colour = 0; colour < 3; colour += 1) picture.data[4 * pixel + colour] = grey[pixel] * TINT[colour];
    }
    context.putImageData(picture, 0, 0);
  };
}

function fit(canvas) {
  const box = getComputedStyle(canvas.parentElement);
  const room = canvas.parentElement.clientWidth - parseFloat(box.paddingLeft) - parseFloat(box.paddingRight);
  const ratio = window.devicePixelRatio || 1;
  const scale = Math.max(1, Math.floor((room * ratio) / WIDTH)) / ratio;
  canvas.style.width = `${WIDTH * scale}px`;
  canvas.style.height = `${HEIGHT * scale}px`;
}
