import type { Examination } from '../examination/examination.js';
import type { DowngradingLayer, Forecast } from '../freshness/forecast.js';
import { formatEvr } from '../rpm/version.js';
import { evidenceLimit, layerOf, type Check, type Evidence, type Finding } from './check.js';
import { layerWords } from './layer-words.js';

export const layerDowngrades: Check = {
  id: 'layer-downgrades',
  asks: 'Does no layer of its own ship an older package than its base has today?',
  reason:
    'Laid over a newer base as it is (files copied in, a rebase, a kept layer), such a layer takes back what the base has mended.',
  remedy: 'Take these packages out of that layer, or let its step run anew on the base of today.',
  mendedByRebuild: false,
  evaluate(examination) {
    const { content, forecast } = examination;
    if (!content) return [idle('the layers were not read')];
    if (!forecast) return [idle('there is no base of today to compare its packages with')];
    if (!forecast.proved) return [idle('which layers are its own is not known: no base is proved')];
    const findings = forecast.downgrades.slice(0, findingLimit).map((one) => judge(one, forecast, examination));
    const [first, ...rest] = findings;
    if (!first) return [nothingOlder(forecast)];
    const more = forecast.downgrades.length - findings.length;
    if (more > 0) rest.push({ outcome: 'fail', message: `so do ${more} more layers`, evidence: [], remedy });
    return [first, ...rest];
  },
};

const { remedy } = layerDowngrades;
const findingLimit = 20;

function idle(message: string): Finding {
  return { outcome: 'unknown', message, evidence: [], idle: true };
}

function nothingOlder({ reference, problem }: Forecast): Finding {
  const message = `no layer of its own ships an older package than ${reference} has`;
  if (problem === undefined) return { outcome: 'pass', message, evidence: [] };
  return { outcome: 'unknown', message: `${message}, but not all could be compared: ${problem}`, evidence: [] };
}

function judge({ layer, packages }: DowngradingLayer, { reference }: Forecast, examination: Examination): Finding {
  const rows = packages.map(({ name, arch, image, other }) => ({
    name,
    arch,
    image: formatEvr(image),
    other: formatEvr(other),
  }));
  const shown = rows.slice(0, 3).map((one) => `${one.name} ${one.image} < ${one.other}`);
  const list = shown.join(', ') + (rows.length > shown.length ? ', ...' : '');
  const count = `${rows.length} ${rows.length === 1 ? 'package' : 'packages'}`;
  const evidence: Evidence[] = rows.map(({ name, arch, image, other }) => ({
    type: 'package',
    name: `${name}.${arch}`,
    image,
    other,
  }));
  return {
    outcome: 'fail',
    message: `${layerWords(examination, layer)} ships ${count} older than ${reference} has: ${list}`,
    evidence: [{ type: 'layer' as const, ...layerOf(examination, layer) }, ...evidence].slice(0, evidenceLimit),
    remedy,
  };
}
