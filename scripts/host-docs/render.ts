/** docs/host.md from the registry of settings. Pure. */
import { type SettingText, settingGroups } from '../../src/host/settings/setting.js';
import { head } from './head.js';

/** Markdown with a section a group; the same settings give the same text. */
export function renderHostDocs(settings: readonly SettingText[]): string {
  const groups = settingGroups.flatMap((group) => {
    const inGroup = settings.filter((setting) => setting.group === group);
    return [`### ${group}`, ...inGroup.map(renderSetting)];
  });
  return `${[head.trimEnd(), ...groups].join('\n\n')}\n`;
}

function renderSetting(setting: SettingText): string {
  const { id, what, why, applied, kept, undone } = setting;
  const undo = undone ?? (applied === null ? undefined : 'what was there before is written back');
  const rows = [
    ['Read', setting.reads],
    ['Wanted', setting.wants],
    [
      'Changed',
      applied ??
        (kept === null ? 'never: it is told' : 'by the next boot, or when the module is loaded anew'),
    ],
    ...(applied === null && kept === null ? [] : [['Kept', kept ?? 'not by us']]),
    ...(undo === undefined ? [] : [['Undone', undo]]),
    ['Risk', setting.risk],
    ['Source', setting.source],
  ];
  const list = rows.map(([name, text]) => `- ${name}: ${text}`);
  return [`#### \`${id}\``, `${capital(what)}. ${why}`, list.join('\n')].join('\n\n');
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
