import type { RegistriesConf } from '../containers/registries-conf.js';
import { loadRegistriesConf } from '../registry/registries-conf-files.js';

const read = new Map<string | undefined, Promise<RegistriesConf>>();

/**
 * containers-registries.conf(5) of the file, else of the standard places; read once in a run, though every name asks for it.
 * @throws ImgcheckError as loadRegistriesConf
 */
export function registriesConf(file: string | undefined): Promise<RegistriesConf> {
  const conf = read.get(file) ?? loadRegistriesConf(process.env, { file });
  read.set(file, conf);
  return conf;
}
