import type { Freshness } from '../freshness/freshness.js';
import type { RegistriesConf } from '../containers/registries-conf.js';
import { judgeFreshness, type FreshnessOptions } from '../freshness/judge.js';
import { openUpstream, type OpenUpstream, type Upstream } from '../freshness/upstream.js';
import type { Platform } from '../oci/platform.js';
import type { ImageReference } from '../oci/reference.js';
import type { RegistryClient } from '../registry/client.js';
import type { WebClient } from '../registry/web.js';
import type { Image } from '../source/image.js';
import { resolveImage } from '../source/resolve.js';
import { openSource } from '../source/transports.js';
import type { Trust } from '../signature/trust.js';
import type { KeptDocuments } from '../state/kept-documents.js';
import { ObservedTags } from '../state/observed-tags.js';
import { TagMemory } from '../state/tag-memory.js';
import type { Keyring } from '../openpgp/keyring.js';
import { coverageOf, requestsSince } from './coverage.js';
import type { Examination, SignatureDemand } from './examination.js';
import type { BeforeLayers, LayerStory } from './layer-story.js';
import type { LayerGatherer } from './layers.js';
import { primaryBase } from './primary-base.js';
import { examineProvenance, type ProvenanceFindings } from './provenance.js';
import type { RepositoryChoice } from './repositories.js';
import { unforeseen } from './unforeseen.js';

/** Which questions are asked: each costs requests. */
export interface Questions {
  readonly layers: boolean;
  readonly freshness: FreshnessOptions | undefined;
  /** Whether the keys that a proved base brings count for packages. */
  readonly baseKeys?: boolean;
  /** Whether signatures are looked for and verified, and what hangs on them. */
  readonly signatures?: SignatureDemand;
}

export interface ExamineSettings {
  readonly client: RegistryClient;
  /** Where names lead: mirrors, other locations, blocked and insecure registries. */
  readonly registries?: RegistriesConf | undefined;
  readonly reader: LayerGatherer;
  readonly platform: Platform;
  readonly now: Date;
  /** Whose signatures on packages count; undefined when none were given. */
  readonly rpmKeys?: Keyring | undefined;
  /** Where packages are looked up besides the base. */
  readonly repositories?: readonly RepositoryChoice[];
  /** For repositories and signature stores, which are no registries. */
  readonly web?: WebClient;
  /** Whose signatures on images count. */
  readonly trust?: Trust;
  /** Manifests and configs of earlier runs; nothing is taken from there when left out. */
  readonly documents?: KeptDocuments;
  /** What tags named before; nothing is remembered beyond the image when left out. */
  readonly tags?: TagMemory;
}

/** What is known in the end, whether or not layers were read. */
type Story = Omit<LayerStory, 'content'> & Pick<Examination, 'content'>;

/**
 * The whole story of one image: resolve it, ask where its base stands, read its layers, compare packages.
 * What goes wrong with a base leaves that question open; what goes wrong with the image itself is thrown.
 * @throws ImgcheckError of any kind but usage
 */
export async function examine(
  reference: ImageReference,
  questions: Questions,
  settings: ExamineSettings,
): Promise<Examination> {
  const { client, registries, documents, platform } = settings;
  const tags = new ObservedTags(settings.tags ?? new TagMemory(undefined, settings.now));
  const places = { client, registries, documents, tags };
  const source = await openSource(reference, places);
  const asked = { ...client.evidence.requests };
  const marks = { client: client.evidence.mark(), web: settings.web?.evidence.mark() ?? 0 };
  let upstream: OpenUpstream | undefined;
  try {
    const image = await resolveImage(source, { platform });
    upstream = openUpstream(places, platform, image);
    const { signatures, provenances, notes } = await provenanceOf(image, upstream, questions, settings);
    const asking = questions.freshness && { ...questions.freshness, provenances, now: settings.now };
    const judged = asking && (await judgeFreshness(image, upstream, asking));
    const story = questions.layers
      ? await storyOf({ image, upstream, freshness: judged, asking }, questions, settings)
      : withoutLayers(judged);
    const { content, freshness, gathered, notes: read, ...found } = story;
    const requests = requestsSince(asked, client.evidence.requests);
    return {
      image,
      content,
      freshness: freshness && { ...freshness, remarks: [...freshness.remarks, ...upstream.notes()] },
      ...found,
      signatures,
      ...(questions.signatures ? { signatureDemand: questions.signatures } : {}),
      tags: await tags.observations(),
      tls: [...client.evidence.hopsSince(marks.client), ...(settings.web?.evidence.hopsSince(marks.web) ?? [])],
      coverage: coverageOf(image, gathered, content, requests, [...notes, ...read]),
      now: settings.now,
    };
  } finally {
    await source.close();
    await upstream?.close();
  }
}

async function provenanceOf(
  image: Image,
  upstream: Upstream,
  { signatures, freshness }: Questions,
  { trust, web, now }: ExamineSettings,
): Promise<ProvenanceFindings> {
  if (signatures && trust && web) return examineProvenance(image, upstream, { trust, web, now });
  if (freshness) return examineProvenance(image, upstream, undefined);
  return { signatures: undefined, provenances: [], notes: [] };
}

/** What reads layers is loaded when layers are read. */
async function storyOf(
  before: BeforeLayers,
  { baseKeys = false }: Questions,
  settings: ExamineSettings,
): Promise<Story> {
  const { layerStory } = await import('./layer-story.js');
  const { reader, rpmKeys, repositories = [] } = settings;
  return layerStory(before, { reader, rpmKeys, baseKeys, repositories });
}

function withoutLayers(freshness: Freshness | undefined): Story {
  const base = freshness && primaryBase(freshness);
  return {
    content: undefined,
    freshness,
    base,
    comparison: undefined,
    rebuild: freshness && unforeseen(freshness, base),
    gathered: [],
    notes: [],
  };
}
