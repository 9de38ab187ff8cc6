// Puts the files for the browser beside the bundle of the dashboard: `dist/assets`, the files of Bull Board, the runbook.
import { cp, glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const RUNBOOK = '../../docs/operations.md';
/** The page of Bull Board asks Google for fonts. Ours must work without them, and must not report its use to another site. */
const FONTS = /<link href="https:\/\/fonts\.googleapis\.com[^>]*>/;

/** The dashboard does not serve the other documents. */
const OTHER_PAGES = /<a href="(?!#|https?:)[^"]*">(.*?)<\/a>/gs;

const { resolve } = createRequire(join(process.cwd(), 'package.json'));

await build({
  entryPoints: ['src/client/client.ts'],
  outdir: 'dist/assets',
  bundle: true,
  minify: true,
  target: 'es2022',
  format: 'esm',
  legalComments: 'none',
  logLevel: 'warning',
});
await cp('src/client/icon.svg', 'dist/assets/icon.svg');
await copyBullBoard();
await writeFile('dist/runbook.html', await renderRunbook());

async function copyBullBoard() {
  const from = join(dirname(resolve('@bull-board/ui/package.json')), 'dist');
  await cp(from, 'dist/bull-board/dist', { recursive: true, dereference: true });
  const page = await readFile(join(from, 'index.ejs'), 'utf8');
  if (!FONTS.test(page))
    throw new Error('Bull Board no longer loads its fonts as expected: see bundle-assets.mjs');
  const style = await readFile('src/client/bull-board.css', 'utf8');
  await checkClasses(style, from);
  await writeFile('dist/bull-board/dist/static/css/timepoint.css', style);
  const ours = '<link href="static/css/timepoint.css" rel="stylesheet">';
  await writeFile(
    'dist/bull-board/dist/index.ejs',
    page.replace(FONTS, '').replace('</head>', `${ours}</head>`),
  );
}

/** A class that Bull Board no longer has would show again what is hidden by it. */
async function checkClasses(style, folder) {
  const scripts = [];
  for await (const file of glob(join(folder, 'static/js/**/*.js')))
    scripts.push(await readFile(file, 'utf8'));
  for (const [, name] of style.matchAll(/^\.([\w-]+)/gm))
    if (!scripts.some((script) => script.includes(`"${name}"`)))
      throw new Error(
        `Bull Board no longer has the class ${name}: see packages/dashboard/src/client/bull-board.css`,
      );
}

async function renderRunbook() {
  const { Marked } = await import(resolve('marked'));
  const { gfmHeadingId } = await import(resolve('marked-gfm-heading-id'));
  await mkdir('dist', { recursive: true });
  const page = await new Marked(gfmHeadingId()).parse(await readFile(RUNBOOK, 'utf8'));
  return page.replace(OTHER_PAGES, '$1');
}
