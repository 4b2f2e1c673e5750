/** Checks what cloud-init will be given, before a guest ignores it in silence. Pure. cloud-init's documentation: user-data formats, module reference. */
import { isMap, isScalar } from 'yaml';
import { nearest } from '../spec/nearest.js';
import { positionsOf } from '../spec/position.js';
import { printable } from '../spec/printable.js';
import { parseYaml } from '../spec/yaml.js';

export interface TextIssue {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

/** What cloud-init could not use, and what it would pass over. */
export interface TextCheck {
  readonly errors: readonly TextIssue[];
  readonly warnings: readonly TextIssue[];
}

const nothing: TextCheck = { errors: [], warnings: [] };
const start = { line: 1, column: 1 } as const;

/** Beginnings of user-data that is no cloud-config, and is not looked into. */
const otherFormats =
  /^\s*(?:#!|#include|#part-handler|#cloud-boothook|#cloud-config-jsonp|##\s*template:\s*jinja|Content-Type:|MIME-Version:|From )/i;

/** User-data or vendor-data. */
export function checkUserData(text: string): TextCheck {
  if (otherFormats.test(text)) return nothing;
  if (/^\s*#cloud-config-archive(?!\S)/i.test(text)) return checkYaml(text, 'list').check;
  if (!/^\s*#cloud-config(?!\S)/i.test(text)) return { errors: [noFormat(text)], warnings: [] };
  const { check, keys } = checkYaml(text, 'map');
  const warnings = keys.flatMap(({ key, line, column }) => {
    if (cloudConfigKeys.has(key)) return [];
    const near = nearest(key, cloudConfigKeys);
    return [
      {
        line,
        column,
        message: `${printable(key)} is no key of a cloud-config that is known here`,
        hint:
          near === undefined ? 'cloud-init passes over a key that it does not know' : `did you mean ${near}?`,
      },
    ];
  });
  return { ...check, warnings };
}

function noFormat(text: string): TextIssue {
  const [first = ''] = text.split('\n', 1);
  return {
    ...start,
    message: `begins with ${printable(first)}, and cloud-init goes by the first line`,
    hint: /^\s*#+\s*cloud-?config/i.test(first)
      ? 'write #cloud-config, without a space'
      : 'begin with #cloud-config, with #! for a script, or with the header of a MIME message',
  };
}

export const noVersion = {
  message: 'says no version',
  hint: 'write version: 2 (netplan) or version: 1',
} as const;

/** network-config: version 1 or 2, by itself or under the key `network`. */
export function checkNetworkConfig(text: string): TextCheck {
  const { check, keys } = checkYaml(text, 'map');
  if (check.errors.length > 0 || keys.some(({ key }) => key === 'version' || key === 'network')) return check;
  return {
    errors: [{ ...start, ...noVersion }],
    warnings: [],
  };
}

type Key = Pick<TextIssue, 'line' | 'column'> & { readonly key: string };

/** YAML 1.1, which is what cloud-init's parser reads. */
function checkYaml(text: string, wanted: 'map' | 'list'): { check: TextCheck; keys: readonly Key[] } {
  const positionAt = positionsOf('', text);
  const at = (offset: number) => {
    const { line, column } = positionAt(offset);
    return { line, column };
  };
  const parsed = parseYaml(text, 'guest');
  if ('issues' in parsed) {
    const errors = parsed.issues.map(({ offset, ...words }) => ({ ...at(offset), ...words }));
    return { check: { errors, warnings: [] }, keys: [] };
  }
  const { contents } = parsed.document;
  const empty = contents === null || (isScalar(contents) && contents.value === null);
  if (empty) return { check: nothing, keys: [] };
  if (isMap(contents) !== (wanted === 'map')) {
    const message = wanted === 'map' ? 'must be a map of keys' : 'must be a list';
    return {
      check: {
        errors: [{ ...at(contents.range?.[0] ?? 0), message, hint: 'write key: value' }],
        warnings: [],
      },
      keys: [],
    };
  }
  const keys = isMap(contents)
    ? contents.items.flatMap(({ key }) =>
        isScalar(key) && key.range ? [{ key: String(key.value), ...at(key.range[0]) }] : [],
      )
    : [];
  return { check: nothing, keys };
}

/** Top-level keys of a cloud-config (cloud-init 25). */
const cloudConfigKeys: ReadonlySet<string> = new Set(
  (
    'allow_public_ssh_keys ansible apk_repos apt apt_pipelining apt_reboot_if_required apt_update apt_upgrade authkey_hash autoinstall ' +
    'bootcmd byobu_by_default ca-certs ca_certs chef chpasswd cloud_config_modules cloud_final_modules cloud_init_modules ' +
    'create_hostname_file datasource device_aliases disable_ec2_metadata disable_root disable_root_opts disk_setup drivers fan final_message ' +
    'fqdn fs_setup groups growpart grub-dpkg grub_dpkg hostname keyboard landscape launch-index locale locale_configfile lxd ' +
    'manage_etc_hosts manage_resolv_conf mcollective merge_how merge_type migrate mount_default_fields mounts network ' +
    'no_ssh_fingerprints ntp output package_reboot_if_required package_update package_upgrade packages password phone_home power_state ' +
    'prefer_fqdn_over_hostname preserve_hostname puppet random_seed reporting resize_rootfs resolv_conf rh_subscription rpi rsyslog ' +
    'runcmd salt_minion snap spacewalk ssh ssh_authorized_keys ssh_deletekeys ssh_fp_console_blacklist ssh_genkeytypes ssh_import_id ' +
    'ssh_key_console_blacklist ssh_keys ssh_publish_hostkeys ssh_pwauth ssh_quiet_keygen swap system_info timezone ubuntu_advantage ' +
    'ubuntu_pro updates user users vendor_data version wireguard write_files yum_repo_dir yum_repos zypper'
  ).split(' '),
);
