/** The library: every verb of the command `vm` is one of these functions and methods. */
export { argv, shellText } from './command/argv.js';
export { checkCommand } from './command/check.js';
export { compileCommand } from './command/compile-plan.js';
export type { CommandChange, SpecChange, VmDiff } from './command/diff.js';
export { type ExplainedOption, explain } from './command/explain.js';
export type { OptionGroup, QemuCommand, QemuOption } from './command/option.js';
export { type ErrorCode, type ErrorDetails, type ErrorFamily, exitCodes, VmError } from './errors.js';
export { readHostFacts } from './host/facts.js';
export type { CheckStatus, HostProfile, SettingGroup } from './host/settings/setting.js';
export type { TuneChange } from './host/tuning/apply.js';
export type { RevertChange } from './host/tuning/revert.js';
export { type ImportedDomain, importLibvirt } from './libvirt/import.js';
export type { Note } from './libvirt/report.js';
export type { NetworkDefinition, NetworkHost } from './networks/definition.js';
export type { Lease } from './networks/leases.js';
export type { CpuInUse } from './plan/cpu-use.js';
export type { Claim, CpuFacts, FileFacts, HostFacts, NodeFacts, QemuFacts } from './plan/facts.js';
export type { Decision, Finding } from './plan/findings.js';
export type { HostMap } from './plan/host-map.js';
export type { PlanInput } from './plan/input.js';
export type { VmPaths, VmRoots } from './plan/paths.js';
export type { VmPlan } from './plan/plan.js';
export { planVm } from './plan/plan-vm.js';
export type {
  QemuCapabilities,
  QemuCpuModel,
  QemuFeature,
  QemuFeatures,
  QemuMachine,
  QemuVersion,
} from './plan/qemu-capabilities.js';
export { qemuFeatures } from './plan/qemu-features.js';
export type { Check, Verification } from './plan/verify/check.js';
export { readCapabilities } from './qemu/capabilities.js';
export { readRecordedCapabilities } from './qemu/capabilities-recorded.js';
export { type DescribeOptions, describeQemu, type QemuDescription } from './qemu/describe.js';
export { QmpClient } from './qmp/client.js';
export { QmpCommandError, QmpError } from './qmp/errors.js';
export type { UpOptions } from './runtime/bring-up.js';
export { type Compiled, compile } from './runtime/compile.js';
export type { VmEvent } from './runtime/events.js';
export { findSpec, listSpecs } from './runtime/find-spec.js';
export { type HostCheck, type HostOptions, hostCheck } from './runtime/host-check.js';
export { hostIommu, type IommuDevice, type IommuGroup } from './runtime/host-iommu.js';
export { bindPci, type PciBindingChange, unbindPci } from './runtime/host-pci.js';
export { hostRevert } from './runtime/host-revert.js';
export { hostTune, type TuneOptions, type TuneResult } from './runtime/host-tune.js';
export { type HostHugepages, hostCpus, hostHugepages, type PoolOnNode } from './runtime/host-use.js';
export { list, type VmSummary } from './runtime/list.js';
export type { LogOptions } from './runtime/logs.js';
export { hiddenVms } from './runtime/names.js';
export { type NetworkDownOptions, networkDown, networkRemove } from './runtime/networks/down.js';
export {
  type NetworkDetails,
  type NetworkLease,
  type NetworkPort,
  type NetworkState,
  type NetworkSummary,
  networkLeases,
  networkList,
  networkShow,
} from './runtime/networks/look.js';
export { type NetworkUpResult, networkUp } from './runtime/networks/up.js';
export type { MovedThread, PlaceOptions, PlaceResult } from './runtime/place-vm.js';
export type { CompileOptions } from './runtime/planned.js';
export { vmRoots } from './runtime/roots.js';
export type { VmState } from './runtime/state.js';
export type { VcpuStatus, VmSockets, VmStatus } from './runtime/status.js';
export type { DownOptions, DownResult } from './runtime/stop.js';
export type { Thread } from './runtime/threads.js';
export type { DiskLoad, NetworkLoad, VcpuLoad, VmLoad } from './runtime/top/rates.js';
export { type TopOptions, top } from './runtime/top/top.js';
export { type HostTopology, hostTopology } from './runtime/topology.js';
export { up } from './runtime/up.js';
export { get, Vm } from './runtime/vm.js';
export type { WaitOptions, WaitTarget } from './runtime/wait.js';
export { SpecError, type SpecIssue } from './spec/error.js';
export { type LoadedSpec, type LoadOptions, loadSpec } from './spec/load.js';
export type { VmSpec } from './spec/schema.js';
export type { SpecSource } from './spec/source.js';
