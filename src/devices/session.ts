/** What windows and sound systems need of the session that starts a VM. Pure. */
import type { DevicePlan } from './registry.js';

const desktop = ['DISPLAY', 'XAUTHORITY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR'];
const bus = ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR'];
const variables: Readonly<Record<string, readonly string[]>> = {
  gtk: desktop,
  sdl: desktop,
  dbus: bus,
  pa: ['PULSE_SERVER', 'PULSE_COOKIE', 'XDG_RUNTIME_DIR'],
  pipewire: ['PIPEWIRE_REMOTE', 'XDG_RUNTIME_DIR'],
  jack: ['JACK_DEFAULT_SERVER', 'XDG_RUNTIME_DIR'],
};

/** Names of the environment variables that QEMU keeps; none for a VM without a window and without sound. */
export function sessionVariables(devices: readonly DevicePlan[]): string[] {
  const names = devices.flatMap((device) =>
    device.kind === 'display' ? [device.type] : device.kind === 'audio' ? [device.what] : [],
  );
  return [...new Set(names.flatMap((name) => variables[name] ?? []))];
}
