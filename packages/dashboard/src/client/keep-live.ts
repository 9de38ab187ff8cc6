import { takeOver } from './take-over.ts';

/** As the server sends it. */
interface View {
  readonly at: number;
  readonly sections: Readonly<Record<string, string>>;
  readonly isFinal: boolean;
}

/** The server tells something every second; after so long without anything, in ms, the page is not live any more. */
const SILENCE_MS = 10_000;
/**
 * A refused or silent connection is opened anew after so long, in ms, so that a page left open with an old password does
 * not block its address; a lost one the browser opens again by itself.
 */
const RETRY_MS = 15_000;

/**
 * Takes over what the server sends, for as long as the page is open, and says so when nothing comes. A page that nobody
 * sees takes none of the few connections that a browser opens to one server.
 */
export function keepLive(url: string): void {
  const liveness = document.getElementById('liveness');
  let source: EventSource | null = null;
  let openedAt = 0;
  /** When the server was heard last, or the page came into sight. */
  let quietSince = Date.now();
  let lastAt = Date.now();
  let isOver = false;

  const tell = (isLive: boolean) => {
    if (liveness === null || liveness.hidden === isLive) return;
    liveness.hidden = isLive;
    liveness.textContent = isLive
      ? ''
      : `Not live since ${new Date(lastAt).toISOString().slice(11, 19)}: the dashboard does not answer. Trying again.`;
  };
  const open = () => {
    source?.close();
    source = new EventSource(url);
    openedAt = Date.now();
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const view = JSON.parse(data) as View;
      for (const [id, html] of Object.entries(view.sections)) takeOver(id, html);
      lastAt = Date.now();
      quietSince = lastAt;
      tell(true);
      if (!view.isFinal) return;
      isOver = true;
      source?.close();
    };
    source.onerror = () => {
      if (!isOver) tell(false);
    };
  };
  const look = () => {
    if (isOver || document.hidden) return;
    const isSilent = Date.now() - quietSince > SILENCE_MS;
    if (isSilent) tell(false);
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
