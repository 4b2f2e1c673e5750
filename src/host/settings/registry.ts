/** Every setting, in the order in which it is told and changed. */
import { accessSettings } from './access.js';
import { frequencySettings } from './cpu-frequency.js';
import { cpuSettings } from './cpu-state.js';
import { hugepageSettings } from './hugepages.js';
import { iommuSettings } from './iommu.js';
import { isolationSettings } from './isolation.js';
import { ksm } from './ksm.js';
import { kvmSettings } from './kvm.js';
import { cgroupCpuset, resctrl } from './partition.js';
import type { Setting } from './setting.js';
import { sysctlSettings } from './sysctls.js';
import { transparentSettings } from './transparent.js';
import { vhostNet, zeroCopy } from './vhost.js';

export const settings: readonly Setting[] = [
  ...frequencySettings,
  ...cpuSettings,
  ksm,
  ...transparentSettings,
  ...hugepageSettings,
  ...isolationSettings,
  cgroupCpuset,
  resctrl,
  ...iommuSettings,
  ...kvmSettings,
  vhostNet,
  zeroCopy,
  ...sysctlSettings,
  ...accessSettings,
];
