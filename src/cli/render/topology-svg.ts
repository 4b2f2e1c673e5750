/** The picture of `vm host topology` as SVG. */
import type { CoreOnMap, CpuOnMap, CpuUse, HostMap, PlacedVm } from '../../plan/host-map.js';
import { formatCpuList } from '../../units.js';
import { type Box, escapeXml, flow, framed, rectangle, stack, svg, text, textWidth } from './boxes.js';
import { cacheTitle, cpuMark, nodeTitle, unusedMarks } from './topology.js';
import { truncate } from './width.js';

const pageWidth = 1000;
const cpuWidth = 70;
const cpuHeight = 32;

/** Light, so that black text can be read on each. */
const vmColours = ['#a8dadc', '#ffd6a5', '#caffbf', '#bdb2ff', '#ffadad', '#fdffb6', '#9bf6ff', '#ffc6ff'];
const colours: Readonly<Record<Exclude<CpuUse, 'vcpu'>, string>> = {
  host: '#c4c7c5',
  isolated: '#e8def8',
  free: '#ffffff',
  outside: '#eeeeee',
};
const frames = { socket: '#f8f9fa', node: '#eef3fb', cache: '#fbf7ee', core: '#ffffff' };

/** Draws the map; the same map gives the same text. */
export function renderTopologySvg(map: HostMap): string {
  const colourOf = coloursOf(map.vms);
  const sockets = map.sockets.map(({ socket, nodes }) =>
    framed(
      stack(
        nodes.map((node) =>
          framed(
            flow(
              node.caches.map((cache) =>
                framed(
                  flow(
                    cache.cores.map((core) => coreBox(core, colourOf)),
                    pageWidth,
                  ),
                  { title: cacheTitle(cache), fill: frames.cache, fontSize: 12 },
                ),
              ),
              pageWidth,
            ),
            { title: nodeTitle(node), fill: frames.node, fontSize: 13 },
          ),
        ),
      ),
      { title: `Socket ${socket ?? 'unknown'}`, fill: frames.socket, fontSize: 14 },
    ),
  );
  const memory = map.memoryNodes.map((node) => line(`${nodeTitle(node)}, without CPUs`));
  const offline = map.offline.length > 0 ? [line(`Offline: ${formatCpuList(map.offline)}`)] : [];
  return svg(stack([...sockets, ...memory, ...offline, legend(map, colourOf)]), 'CPUs of this host');
}

type ColourOf = (cpu: CpuOnMap) => string;

function coloursOf(vms: readonly PlacedVm[]): ColourOf {
  const byVm = new Map(vms.map(({ name }, index) => [name, vmColours[index % vmColours.length]]));
  return ({ use, vcpus }) => (use === 'vcpu' ? (byVm.get(vcpus[0]?.vm ?? '') ?? '#ffffff') : colours[use]);
}

function coreBox({ core, cpus }: CoreOnMap, colourOf: ColourOf): Box {
  return framed(stack(cpus.map((cpu) => cpuBox(cpu, colourOf))), {
    title: `core ${core ?? '?'}`,
    fill: frames.core,
    fontSize: 10,
  });
}

function cpuBox(cpu: CpuOnMap, colourOf: ColourOf): Box {
  const mark = cpuMark(cpu);
  return {
    width: cpuWidth,
    height: cpuHeight,
    draw: (x, y) => [
      '<g>',
      `<title>${escapeXml(`CPU ${cpu.cpu}: ${mark}`)}</title>`,
      rectangle({ x, y, width: cpuWidth, height: cpuHeight, fill: colourOf(cpu) }),
      text(`${cpu.cpu}`, x + 5, y + 13, 12),
      text(truncate(mark, 11), x + 5, y + 26, 10),
      '</g>',
    ],
  };
}

function line(content: string): Box {
  return { width: textWidth(content, 12), height: 16, draw: (x, y) => [text(content, x, y + 12, 12)] };
}

/** What the colours mean, of those that there are. */
function legend(map: HostMap, colourOf: ColourOf): Box {
  const swatch = (fill: string, content: string): Box => ({
    width: 20 + textWidth(content, 12),
    height: 16,
    draw: (x, y) => [rectangle({ x, y, width: 14, height: 14, fill }), text(content, x + 20, y + 12, 12)],
  });
  const vms = map.vms.map(({ name, placement }) => {
    const cpus = formatCpuList([...new Set(placement.vcpus.flatMap((vcpu) => vcpu.cpus))]) || 'any';
    const emulator = formatCpuList(placement.emulator) || 'any';
    const fill = colourOf({ cpu: 0, use: 'vcpu', vcpus: [{ vm: name, vcpu: 0 }] });
    return swatch(fill, `VM ${name}: vCPUs on ${cpus}, emulator on ${emulator}`);
  });
  const unused = unusedMarks(map).map(({ use, mark, meaning }) =>
    swatch(colours[use], `${mark}: ${meaning}`),
  );
  return stack([...vms, flow(unused, pageWidth)]);
}
