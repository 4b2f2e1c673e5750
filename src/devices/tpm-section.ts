/** `tpm` of the spec. Pure. QEMU's docs/specs/tpm; swtpm(8). */
import * as z from 'zod';
import { hostPath } from '../spec/scalars.js';

export type TpmVersion = '2.0' | '1.2';

/** YAML reads a bare 2.0 as a number. */
const version = z
  .literal(['2.0', '1.2', 2, 1.2])
  .transform((value): TpmVersion => (Number(value) === 2 ? '2.0' : '1.2'));

const pcrBanks = ['sha1', 'sha256', 'sha384', 'sha512'] as const;

const profile = z.strictObject({
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9:._-]{0,63}$/,
      'is no profile: write one such as default-v1 or custom:restricted',
    )
    .meta({ description: 'what `swtpm_setup --profile-name` takes: default-v1, null, custom, …' }),
  removeDisabled: z
    .enum(['check', 'fips-host'])
    .optional()
    .meta({ description: 'leaves out what the FIPS mode of this host disables, or of every FIPS host' }),
});

const settings = z.strictObject({
  version: version.prefault('2.0').meta({ description: '2.0 or 1.2' }),
  type: z.enum(['emulator', 'passthrough', 'external']).default('emulator').meta({
    description:
      'emulator: an swtpm that `vm` starts; passthrough: the TPM of this host; external: an swtpm that runs already',
  }),
  model: z
    .enum(['auto', 'crb', 'tis'])
    .default('auto')
    .meta({ description: 'its interface; auto: crb for a 2.0 that is emulated, else tis' }),
  device: hostPath.optional().meta({ description: 'the TPM of the host (passthrough); default: /dev/tpm0' }),
  cancelPath: hostPath
    .optional()
    .meta({ description: "its file in sysfs that cancels a command (passthrough); default: QEMU's search" }),
  socket: hostPath.optional().meta({ description: 'the control socket of the swtpm (external)' }),
  encryption: z
    .strictObject({
      secretFile: hostPath.meta({ description: 'a file with a passphrase of at most 32 bytes' }),
    })
    .optional()
    .meta({ description: 'encrypts the state (emulator)' }),
  activePcrBanks: z
    .array(z.enum(pcrBanks))
    .min(1, 'is empty: name at least one bank')
    .max(pcrBanks.length)
    .optional()
    .meta({ description: 'the PCR banks that are active (emulator, 2.0); default: sha256' }),
  profile: profile.optional().meta({
    description:
      'the algorithms and commands that the TPM has (emulator, 2.0); chosen once, at its first start',
  }),
  debug: z
    .int()
    .min(1, 'must be at least 1')
    .max(20, 'must be at most 20')
    .optional()
    .meta({ description: 'how much swtpm logs (emulator): 1 is little, 20 everything' }),
  state: hostPath
    .optional()
    .meta({ description: "a folder for what the TPM keeps (emulator); default: in the VM's state folder" }),
});

export const tpmSection = z
  .union([z.boolean(), version, settings])
  .default(false)
  .transform((tpm) => {
    if (tpm === false) return null;
    if (typeof tpm === 'object') return tpm;
    return settings.parse(tpm === true ? {} : { version: tpm });
  })
  .meta({
    description:
      'a TPM; what it keeps survives `down`, and goes with `remove`. true: 2.0; or 2.0, 1.2, a map',
  });

export type TpmSpec = z.output<typeof settings>;
