import { takeOver } from './take-over.ts';

/** As the server sends it. */
interface View {
  readonly at: number;
  readonly sections: Readonly<Record<string, string>>;
  readonly isFinal: boolean;
}

/** The server sends an event every second. After this time without one, in ms, the page is not live any more. */
const SILENCE_MS = 10_000;
/**
 * The pause before a refused or silent connection is opened again, in ms. It keeps a page that was left open with an old
 * password from blocking its address. The browser itself opens a lost connection again.
 */
const RETRY_MS = 15_000;

/**
 * Shows what the server sends for as long as the page is open, and says so when nothing comes. A hidden page takes none
 * of the few connections that a browser opens to one server.
 */
export function keepLive(url: string): void {
  const liveness = document.getElementById('liveness');
  let source: EventSource | null = null;
  let openedAt = 0;
  /** When the server last sent something, or the page became visible. */
  let quietSince = Date.now();
  let lastAt = Date.now();
  let isOver = false;

  const showLiveness = (isLive: boolean) => setLiveness(liveness, isLive, lastAt);
  const open = () => {
    source?.close();
    source = new EventSource(url);
    openedAt = Date.now();
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const view = JSON.parse(data) as View;
      for (const [id, html] of Object.entries(view.sections)) takeOver(id, html);
      lastAt = Date.now();
      quietSince = lastAt;
      showLiveness(true);
      if (!view.isFinal) return;
      isOver = true;
      source?.close();
    };
    source.onerror = () => {
      if (!isOver) showLiveness(false);
    };
  };
  const look = () => {
    if (isOver || document.hidden) return;
    const isSilent = Date.now() - quietSince > SILENCE_MS;
    if (isSilent) showLiveness(false);
    const isLost = isSilent || source?.readyState === EventSource.CLOSED;
    if (isLost && Date.now() - openedAt >= RETRY_MS) open();
  };
  document.addEventListener('visibilitychange', () => {
    if (isOver) return;
    if (document.hidden) {
      source?.close();
      return;
    }
    quietSince = Date.now();
    open();
  });
  if (!document.hidden) open();
  setInterval(look, 1_000);
}

function setLiveness(liveness: HTMLElement | null, isLive: boolean, lastAt: number): void {
  if (liveness === null || liveness.hidden === isLive) return;
  liveness.hidden = isLive;
  liveness.textContent = isLive
    ? ''
    : `Not live since ${new Date(lastAt).toISOString().slice(11, 19)}: the dashboard does not answer. Trying again.`;
}
