import { readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import {
  Copy,
  DockerfileParser,
  Env,
  From,
  Healthcheck,
  type Instruction,
  JSONInstruction,
  Label,
} from 'dockerfile-ast';

/** A file or folder that an image gets. */
export interface Copied {
  /** The stage that it comes from; undefined for what is in the repository. */
  readonly stage: string | undefined;
  /** Relative to the root of the repository, which the stage `build` has as its folder. */
  readonly source: string;
  /** Its absolute path in the image. */
  readonly target: string;
}

/** What a stage of the Dockerfile says of its image, with what it takes over from the stage below it. */
export interface Image {
  readonly name: string;
  /** The image or stage that it is made from. */
  readonly from: string;
  readonly copied: readonly Copied[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: readonly string[];
  readonly user: string;
  readonly folder: string;
  /** Empty when it is in shell form, in which no signal reaches the process. */
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthCheck: readonly string[] | undefined;
}

/** The path of the images' Dockerfile. */
export const DOCKERFILE = new URL('../../../infra/docker/Dockerfile', import.meta.url);

const BUILD_FOLDER = '/app';
const EMPTY: Image = {
  name: '',
  from: '',
  copied: [],
  // That of the images of Node.
  env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  labels: [],
  user: 'root',
  folder: '/',
  entrypoint: [],
  command: [],
  healthCheck: undefined,
};

/** Reads every stage of the Dockerfile, by its name. */
export function readImages(): ReadonlyMap<string, Image> {
  const images = new Map<string, Image>();
  let image = EMPTY;
  for (const instruction of DockerfileParser.parse(readFileSync(DOCKERFILE, 'utf8')).getInstructions()) {
    image =
      instruction instanceof From ? begin(instruction, images) : { ...image, ...change(image, instruction) };
    images.set(image.name, image);
  }
  images.delete(EMPTY.name);
  return images;
}

/** The stages that are images to run, not steps on the way to one. */
export function readTargets(): Image[] {
  const images = readImages();
  const below = new Set([...images.values()].map((image) => image.from));
  return [...images.values()].filter(({ name }) => name !== 'build' && !below.has(name));
}

function begin(from: From, images: ReadonlyMap<string, Image>): Image {
  const base = from.getImage() ?? '';
  return { ...(images.get(base) ?? EMPTY), name: from.getBuildStage() ?? '', from: base };
}

function change(image: Image, instruction: Instruction): Partial<Image> {
  const content = instruction.getArgumentsContent() ?? '';
  if (instruction instanceof Copy) return { copied: [...image.copied, ...readCopy(image, instruction)] };
  if (instruction instanceof Env) return { env: { ...image.env, ...readEnv(image, instruction) } };
  if (instruction instanceof Healthcheck) return { healthCheck: readHealthCheck(content) };
  if (instruction instanceof Label)
    return { labels: instruction.getProperties().map((label) => label.getName()) };
  switch (instruction.getKeyword()) {
    case 'USER':
      return { user: content };
    case 'WORKDIR':
      return { folder: content };
    // A new entry point forgets the command of the stage below.
    case 'ENTRYPOINT':
      return { entrypoint: readWords(instruction), command: [] };
    case 'CMD':
      return { command: readWords(instruction) };
    default:
      return {};
  }
}

function readCopy(image: Image, copy: Copy): Copied[] {
  const paths = copy.getArguments().map((argument) => argument.getValue());
  const target = paths.pop() ?? '';
  const stage = copy.getFromFlag()?.getValue() ?? undefined;
  return paths.map((path) => {
    const source = path.startsWith(`${BUILD_FOLDER}/`) ? path.slice(BUILD_FOLDER.length + 1) : path;
    const name = target.endsWith('/') ? (source.split('/').pop() ?? '') : '';
    return { stage, source, target: join(image.folder, target, name) };
  });
}

function readEnv(image: Image, env: Env): Record<string, string> {
  const values = env.getProperties().map((property) => [property.getName(), property.getValue() ?? '']);
  return Object.fromEntries(
    values.map(([name = '', value = '']) => [
      name,
      value.replaceAll(/\$(\w+)/g, (_whole, of: string) => image.env[of] ?? ''),
    ]),
  );
}

function readHealthCheck(content: string): string[] | undefined {
  return content === 'NONE' ? undefined : (JSON.parse(content.slice(content.indexOf('['))) as string[]);
}

function readWords(instruction: Instruction): string[] {
  if (!(instruction instanceof JSONInstruction)) return [];
  return instruction.getJSONStrings().map((word) => word.getJSONValue());
}
