// Pictures of sound: the waveform, and a mel spectrogram.

const FFT = 1024;
const BANDS = 80;

/** The mean of all channels. */
export function mono(buffer) {
  const all = new Float32Array(buffer.length);
  for (let c = 0; c < buffer.numberOfChannels; c++) {
    const channel = buffer.getChannelData(c);
    for (let i = 0; i < all.length; i++) all[i] += channel[i] / buffer.numberOfChannels;
  }
  return all;
}

export function drawWave(canvas, samples, ink) {
  const g = canvas.getContext('2d');
  const { width, height } = canvas;
  g.clearRect(0, 0, width, height);
  g.fillStyle = ink;
  const middle = height / 2;
  for (let x = 0; x < width; x++) {
    const from = Math.floor(x * samples.length / width);
    const to = Math.max(from + 1, Math.floor((x + 1) * samples.length / width));
    let low = 0, high = 0;
    for (let i = from; i < to && i < samples.length; i++) {
      low = Math.min(low, samples[i]);
      high = Math.max(high, samples[i]);
    }
    g.fillRect(x, middle - high * middle, 1, Math.max(1, (high - low) * middle));
  }
}

function fft(re, im) {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) { [re[i], re[j]] = [re[j], re[i]]; [im[i], im[j]] = [im[j], im[i]]; }
  }
  for (let len = 2; len <= n; len <<= 1) {
    const angle = -2 * Math.PI / len;
    for (let i = 0; i < n; i += len) {
      for (let k = 0; k < len / 2; k++) {
        const wr = Math.cos(angle * k), wi = Math.sin(angle * k);
        const a = i + k, b = i + k + len / 2;
        const xr = re[b] * wr - im[b] * wi, xi = re[b] * wi + im[b] * wr;
        re[b] = re[a] - xr; im[b] = im[a] - xi;
        re[a] += xr; im[a] += xi;
      }
    }
  }
}

const toMel = hz => 2595 * Math.log10(1 + hz / 700);
const toHz = mel => 700 * (10 ** (mel / 2595) - 1);

/** Edges of triangular bands, in bins; top is the highest frequency that the sound can hold. */
function edges(rate, highest) {
  const top = toMel(Math.min(highest, rate / 2));
  return Array.from({ length: BANDS + 2 }, (_, i) => toHz(top * i / (BANDS + 1)) * FFT / rate);
}

function colour(v) {
  // From dark through violet and orange to light: lightness alone tells the order.
  const r = Math.min(255, Math.max(0, 380 * v - 40));
  const g = Math.min(255, Math.max(0, 420 * v - 170));
  const b = Math.min(255, Math.max(0, v < .45 ? 60 + 260 * v : 330 - 360 * v + (v > .8 ? 560 * (v - .8) : 0)));
  return [r, g, b];
}

export function drawMel(canvas, samples, rate, highest) {
  const g = canvas.getContext('2d');
  const { width, height } = canvas;
  const bands = edges(rate, highest);
  const image = g.createImageData(width, height);
  const window = Float32Array.from({ length: FFT }, (_, i) => .5 - .5 * Math.cos(2 * Math.PI * i / FFT));
  const step = Math.max(1, Math.ceil(width / 500));
  for (let x = 0; x < width; x += step) {
    const centre = Math.round((x + step / 2) * samples.length / width);
    const re = new Float32Array(FFT), im = new Float32Array(FFT);
    for (let i = 0; i < FFT; i++) re[i] = (samples[centre - FFT / 2 + i] || 0) * window[i];
    fft(re, im);
    const levels = new Float32Array(BANDS);
    for (let band = 0; band < BANDS; band++) {
      const [low, mid, high] = [bands[band], bands[band + 1], bands[band + 2]];
      let sum = 0;
      for (let bin = Math.max(0, Math.floor(low)); bin <= Math.min(FFT / 2, Math.ceil(high)); bin++) {
        const weight = Math.max(0, bin < mid ? (bin - low) / (mid - low) : (high - bin) / (high - mid));
        sum += weight * (re[bin] ** 2 + im[bin] ** 2);
      }
      levels[band] = Math.min(1, Math.max(0, (Math.log10(sum + 1e-8) + 4) / 7));
    }
    for (let y = 0; y < height; y++) {
      const [r, gr, b] = colour(levels[Math.min(BANDS - 1, Math.floor((1 - (y + 1) / height) * BANDS))]);
      for (let dx = 0; dx < step && x + dx < width; dx++) {
        const at = 4 * (y * width + x + dx);
        image.data[at] = r; image.data[at + 1] = gr; image.data[at + 2] = b; image.data[at + 3] = 255;
      }
    }
  }
  g.putImageData(image, 0, 0);
}
