/** The machine of scripts/machine: a Debian with IOMMU, two nodes and nested KVM, on which `vm` runs as on a real host. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AgentShell } from './agent-shell.js';
import { type CliResult, TestHome } from './cli.js';
import { guestFolder } from './guest.js';

/** All of it, so that a build meanwhile, which makes dist anew, is seen. */
const project = resolve(import.meta.dirname, '../..');

function machineFiles(env: NodeJS.ProcessEnv = process.env): { kernel: string; disk: string } | undefined {
  const caches = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  const folder = join(env.VM_CACHE_DIR || join(caches, 'vm'), 'machine');
  const files = { kernel: join(folder, 'vmlinuz'), disk: join(folder, 'disk.img') };
  const complete = [files.kernel, files.disk, join(folder, 'version')].every((file) => existsSync(file));
  return complete ? files : undefined;
}

/** Why there is none; undefined where there is one. */
export function whyNoMachine(): string | undefined {
  if (machineFiles() === undefined) return 'the test machine is not made: run scripts/machine as root';
  return guestFolder() === undefined ? 'the guest is not made: run scripts/guest' : undefined;
}

/**
 * Eight CPUs on two sockets and nodes, each device behind a port and so in an IOMMU group of its own. The disk is thrown away.
 * @param words more of the kernel command line.
 */
function machineSpec(words: string): object {
  const files = machineFiles();
  const guest = guestFolder();
  if (!files || !guest) throw new Error(whyNoMachine());
  const cmdline = [
    'console=ttyS0 root=PARTUUID=766d6d61-01 rootwait rw init=/lib/systemd/systemd systemd.unit=machine.target quiet',
    // What emulation makes slow, and nothing here looks at.
    'intel_iommu=on iommu=pt mitigations=off tsc=reliable nowatchdog',
  ];
  return {
    machine: { accelerator: 'tcg', kernelIrqchip: 'split' },
    // AMD, whose virtualisation QEMU emulates.
    cpu: { model: 'max', vcpus: 8, topology: { sockets: 2, cores: 4 } },
    placement: { vcpus: 'none', emulator: 'none' },
    memory: { size: '4GiB' },
    numa: [
      { cpus: '0-3', memory: '2GiB', distances: { 1: 20 } },
      { cpus: '4-7', memory: '2GiB' },
    ],
    iommu: { model: 'intel', cachingMode: true, interruptRemapping: true },
    boot: { kernel: files.kernel, cmdline: [...cmdline, words].join(' ') },
    disks: [
      { id: 'root', slot: 0, source: files.disk, bus: 'nvme', transient: true },
      { id: 'spare', slot: 1, source: 'spare.img', size: '64MiB', bus: 'nvme' },
    ],
    networks: [
      { id: 'lan', slot: 2, type: 'user', mac: '52:54:00:00:00:01' },
      { id: 'spare0', slot: 3, type: 'none', mac: '52:54:00:00:00:02' },
      { id: 'spare1', slot: 4, type: 'none' },
    ],
    shares: [
      { source: project, tag: 'vm' },
      { source: dirname(guest.kernel), tag: 'guest' },
    ],
    guestAgent: true,
  };
}

/** The machine, booted. What it runs is not seen by {@link TestHome.processes}, which looks at this host. */
export class Machine {
  private constructor(
    private readonly home: TestHome,
    private readonly shell: AgentShell,
  ) {}

  static async boot(words = ''): Promise<Machine> {
    const home = new TestHome();
    try {
      const spec = home.spec('machine', machineSpec(words));
      const up = await home.vm('up', spec, '--wait', 'machine: ready', '--timeout', '150s');
      if (up.code !== 0) throw new Error(`the machine does not come up: ${up.stderr}`);
      return new Machine(home, await AgentShell.open(join(home.runtime, 'machine/agent.sock')));
    } catch (error) {
      await home.vm('down', 'machine', '--force');
      home.dispose();
      throw error;
    }
  }

  /** Runs a script of bash as root. */
  run(script: string, options: { input?: string; seconds?: number } = {}): Promise<CliResult> {
    return this.shell.run(script, options);
  }

  /** Whether its QEMU has not ended. */
  async lives(): Promise<boolean> {
    return this.sh('true').then(
      () => true,
      () => false,
    );
  }

  /** What a script prints; it must succeed. */
  async sh(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(script);
    if (code !== 0) throw new Error(`${script}: exit status ${code}: ${stderr}${stdout}`);
    return stdout.trim();
  }

  vm(...args: string[]): Promise<CliResult> {
    return this.run(vmCommand(...args), { seconds: 120 });
  }

  /** What a command prints as JSON, whose exit code may say no. */
  async json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.vm(...args, '--format', 'json');
    if (stdout === '') throw new Error(`vm ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** Runs a command that must succeed. @returns what it says on stderr. */
  async does(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.vm(...args);
    if (code !== 0) throw new Error(`vm ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return stderr;
  }

  /** Starts a command, and kills it as soon as a condition of the shell holds. */
  async killed(args: string[], condition: string): Promise<void> {
    const command = `${vmCommand(...args)} >/dev/null 2>&1`;
    await this.sh(`(${command}) & until ${condition}; do :; done; pkill -9 -P $! || kill -9 $!; wait`);
  }

  /** Takes away what a failed test left. */
  async clear(): Promise<void> {
    await this.run(`[ -z "$(ls /run/vm 2>/dev/null)" ] || { ${vmCommand('down', '--all', '--force')}; }`);
  }

  /** Writes a spec and gives its path. */
  async spec(name: string, spec: object): Promise<string> {
    const path = `/root/${name}.yaml`;
    await this.run(`cat >${path}`, { input: JSON.stringify(spec) });
    return path;
  }

  /** What the kernel says in a file, without the line end. */
  read(path: string): Promise<string> {
    return this.sh(`cat ${path}`);
  }

  async dispose(): Promise<void> {
    await this.shell.close();
    await this.home.vm('down', 'machine', '--force');
    this.home.dispose();
  }
}

/** A command of `vm` as a shell there reads it. */
export function vmCommand(...args: string[]): string {
  const quoted = args.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return ['cd /root && NO_COLOR=1 node /opt/vm/dist/cli/vm.cjs', ...quoted].join(' ');
}
