/** Checks of `shares`. Pure. */
import { shareId, type VirtiofsSpec } from '../devices/shares-section.js';
import type { KeyIssue } from './error.js';
import { printable } from './printable.js';
import type { VmSpec } from './schema.js';

export function checkShares({ shares }: Pick<VmSpec, 'shares'>): KeyIssue[] {
  const issues: KeyIssue[] = [];
  const holders = new Map<string, string>();
  for (const [index, share] of shares.entries()) {
    const key = `shares[${index}]`;
    const holder = holders.get(share.tag);
    if (holder !== undefined) {
      issues.push({
        key: `${key}.tag`,
        message: `${printable(share.tag)} is the tag of ${holder} too`,
        hint: 'choose another',
      });
    }
    holders.set(share.tag, shareId(share, index));
    if (share.type !== '9p') issues.push(...checkVirtiofs(share, key));
    else if (!share.securityModel.startsWith('mapped')) {
      for (const mode of ['fileMode', 'dirMode'] as const) {
        if (share[mode] === undefined) continue;
        const message = `with securityModel: ${share.securityModel} files have the modes that the guest gives them`;
        issues.push({
          key: `${key}.${mode}`,
          message,
          hint: 'remove it, or use securityModel: mapped-xattr',
        });
      }
    }
  }
  return issues;
}

function checkVirtiofs(share: VirtiofsSpec, key: string): KeyIssue[] {
  const { source, socket } = share;
  if ((source === undefined) === (socket === undefined)) {
    const message = 'must have either source or socket';
    return [
      { key, message, hint: 'write the folder as source, or the socket of a virtiofsd that runs already' },
    ];
  }
  if (socket !== undefined) return saidElsewhere(share, key);
  if (share.posixAcl && !share.xattr) {
    const message = 'access control lists are extended attributes';
    return [{ key: `${key}.posixAcl`, message, hint: 'write xattr: true too' }];
  }
  return [];
}

/** What only the one who starts a virtiofsd can tell it. */
function saidElsewhere(share: VirtiofsSpec, key: string): KeyIssue[] {
  const said = {
    readOnly: share.readOnly,
    binary: share.binary !== undefined,
    cache: share.cache !== 'auto',
    sandbox: share.sandbox !== 'auto',
    threadPool: share.threadPool !== undefined,
    xattr: share.xattr,
    posixAcl: share.posixAcl,
    flock: share.flock,
    posixLock: share.posixLock,
    writeback: share.writeback,
    directIo: share.directIo,
    announceSubmounts: share.announceSubmounts,
    openFiles: share.openFiles !== undefined,
    idMap: share.idMap !== undefined,
  };
  return Object.entries(said)
    .filter(([, isSaid]) => isSaid)
    .map(([name]) => ({
      key: `${key}.${name}`,
      message: 'the virtiofsd behind socket runs already',
      hint: 'remove it, and say it where that is started',
    }));
}
