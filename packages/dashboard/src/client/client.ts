// What makes a page live. Every page can be read without it.
import 'uplot/dist/uPlot.min.css';
import './client.css';
import { keepLive } from './keep-live.ts';
import { defineMinuteChart } from './minute-chart.ts';

defineMinuteChart();
const main = document.querySelector<HTMLElement>('main[data-live]');
if (main?.dataset.live) keepLive(main.dataset.live);
