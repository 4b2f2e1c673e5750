/** What makes the boot loader take new words for the kernel's command line. */
import type { Root } from '../root.js';

/** A command, or where to put the words by hand. */
export function bootLoaderCommand(root: Root): string {
  if (root.exists('/usr/sbin/update-grub')) return 'update-grub';
  if (root.exists('/usr/sbin/grub2-mkconfig')) return 'grub2-mkconfig -o /boot/grub2/grub.cfg';
  if (root.exists('/usr/sbin/grub-mkconfig')) return 'grub-mkconfig -o /boot/grub/grub.cfg';
  if (root.exists('/etc/kernel/cmdline'))
    return 'add the words to /etc/kernel/cmdline, then kernel-install add-all';
  return 'no GRUB is here: add the words to the command line of your boot loader';
}
