// What makes a page live. Every page can be read without it.
import 'uplot/dist/uPlot.min.css';
// In this order: a later style sheet wins over an earlier one.
import './styles/page.css';
import './styles/findings.css';
import './styles/tables.css';
import './styles/forms.css';
import './styles/texts.css';
import './styles/narrow.css';
import { keepLive } from './keep-live.ts';
import { defineMinuteChart } from './minute-chart.ts';

defineMinuteChart();
const main = document.querySelector<HTMLElement>('main[data-live]');
if (main?.dataset.live) keepLive(main.dataset.live);
