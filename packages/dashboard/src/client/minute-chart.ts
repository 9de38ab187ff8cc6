import UPlot from 'uplot';

const WIDTH = 150;
const HEIGHT = 36;
const MINUTE_S = 60;

/** `<minute-chart from="…" points="[…]">`: a bar for each minute; null leaves a gap. */
class MinuteChart extends HTMLElement {
  static readonly observedAttributes = ['points'];
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  readonly #draw = () => this.draw();
  #plot: UPlot | undefined;

  connectedCallback(): void {
    this.#scheme.addEventListener('change', this.#draw);
    this.draw();
  }

  disconnectedCallback(): void {
    this.#scheme.removeEventListener('change', this.#draw);
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.draw();
  }

  draw(): void {
    const points = JSON.parse(this.getAttribute('points') ?? '[]') as (number | null)[];
    const from = Number(this.getAttribute('from'));
    const minutes = points.map((_, index) => from + index * MINUTE_S);
    this.#plot?.destroy();
    this.textContent = '';
    this.#plot = new UPlot(optionsFor(getComputedStyle(this)), [minutes, points], this);
  }
}

function optionsFor(style: CSSStyleDeclaration): UPlot.Options {
  const color = style.getPropertyValue('--accent').trim();
  // A bar is visible between two minutes without data; a line is not.
  const bars = UPlot.paths.bars?.({ size: [0.8] });
  return {
    width: WIDTH,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    axes: [{ show: false }, { show: false }],
    padding: [2, 2, 2, 2],
    scales: { y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] } },
    series: [{}, { fill: color, width: 0, ...(bars && { paths: bars }), points: { show: false } }],
  };
}

/** Makes the element known to the browser. */
export function defineMinuteChart(): void {
  customElements.define('minute-chart', MinuteChart);
}
