// The health check of the images, which have no curl: node health.mjs <setting that holds the port> <path>
// Ends with code 0 when the answer is good; else with code 1 and the answer, which `docker inspect` shows.
const TIMEOUT_MS = 4_000;

const { argv, env } = process;
const [setting, path] = argv.slice(2);
const url = `http://127.0.0.1:${env[setting]}${path}`;
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  console.log((await response.text()).trim());
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  console.log(`${url}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
