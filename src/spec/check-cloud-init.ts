/** Checks of what cloud-init is told: texts that stand in the spec itself. Those in files of their own are checked by the plan. Pure. */
import { checkNetworkConfig, checkUserData, noVersion, type TextCheck } from '../devices/cloud-config.js';
import { shorthandBesideText } from '../devices/cloud-init.js';
import { isInlineText } from '../devices/cloud-init-section.js';
import type { KeyIssue } from './error.js';
import type { VmSpec } from './schema.js';

export function checkCloudInit({ cloudInit }: VmSpec): KeyIssue[] {
  if (cloudInit === undefined) return [];
  const { userData, vendorData, networkConfig } = cloudInit;
  return [
    ...shorthandBesideText(cloudInit).map((key) => ({
      key: `cloudInit.${key}`,
      message: 'stands beside a userData that is a text or a file, which nothing can be added to',
      hint: 'say it there, or write userData as a map',
    })),
    ...checkText('cloudInit.userData', userData, checkUserData),
    ...checkText('cloudInit.vendorData', vendorData, checkUserData),
    ...checkText('cloudInit.networkConfig', networkConfig, checkNetworkConfig),
    ...(typeof networkConfig === 'object' && !('version' in networkConfig) && !('network' in networkConfig)
      ? [{ key: 'cloudInit.networkConfig', ...noVersion }]
      : []),
  ];
}

function checkText(key: string, value: unknown, check: (text: string) => TextCheck): KeyIssue[] {
  if (typeof value !== 'string' || !isInlineText(value)) return [];
  return check(value).errors.map(({ line, column, message, hint }) => ({
    key,
    message: `line ${line}, column ${column} of the text: ${message}`,
    ...(hint === undefined ? {} : { hint }),
  }));
}
