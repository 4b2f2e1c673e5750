// Made by scripts/qmp-types.ts from the query-qmp-schema of QEMU 7.2.22. Not to be edited.
// Names of types are made from where they are first met: the schema hides those of QEMU.
import type { JsonObject, JsonValue } from './wire.js';

type EmptyObject = Record<string, never>;

export interface QmpCommands {
  'add-fd': { arguments: AddFdArguments; returns: AddFdReturns };
  balloon: { arguments: BalloonArguments; returns: EmptyObject };
  'block-commit': { arguments: BlockCommitArguments; returns: EmptyObject };
  'block-job-cancel': { arguments: BlockJobCancelArguments; returns: EmptyObject };
  block_resize: { arguments: BlockResizeArguments; returns: EmptyObject };
  block_set_io_throttle: { arguments: BlockSetIoThrottleArguments; returns: EmptyObject };
  'blockdev-add': { arguments: BlockdevOptions; returns: EmptyObject };
  'blockdev-backup': { arguments: BlockdevBackupArguments; returns: EmptyObject };
  'blockdev-create': { arguments: BlockdevCreateArguments; returns: EmptyObject };
  'blockdev-del': { arguments: BlockdevDelArguments; returns: EmptyObject };
  'blockdev-mirror': { arguments: BlockdevMirrorArguments; returns: EmptyObject };
  'blockdev-reopen': { arguments: BlockdevReopenArguments; returns: EmptyObject };
  'blockdev-snapshot': { arguments: BlockdevSnapshotArguments; returns: EmptyObject };
  'blockdev-snapshot-sync': { arguments: BlockdevSnapshotSyncArguments; returns: EmptyObject };
  'chardev-add': { arguments: ChardevAddArguments; returns: ChardevAddReturns };
  'chardev-change': { arguments: ChardevChangeArguments; returns: ChardevAddReturns };
  'chardev-remove': { arguments: ChardevRemoveArguments; returns: EmptyObject };
  cont: { arguments: EmptyObject; returns: EmptyObject };
  'device-list-properties': { arguments: DeviceListPropertiesArguments; returns: DeviceListPropertiesItem[] };
  device_add: { arguments: DeviceAddArguments & JsonObject; returns: EmptyObject };
  device_del: { arguments: DeviceDelArguments; returns: EmptyObject };
  'dump-guest-memory': { arguments: DumpGuestMemoryArguments; returns: EmptyObject };
  expire_password: { arguments: ExpirePasswordArguments; returns: EmptyObject };
  getfd: { arguments: GetfdArguments; returns: EmptyObject };
  'human-monitor-command': { arguments: HumanMonitorCommandArguments; returns: string };
  'inject-nmi': { arguments: EmptyObject; returns: EmptyObject };
  'job-cancel': { arguments: JobCancelArguments; returns: EmptyObject };
  'job-complete': { arguments: JobCompleteArguments; returns: EmptyObject };
  'job-dismiss': { arguments: JobDismissArguments; returns: EmptyObject };
  migrate: { arguments: MigrateArguments; returns: EmptyObject };
  'migrate-incoming': { arguments: MigrateIncomingArguments; returns: EmptyObject };
  'migrate-set-capabilities': { arguments: MigrateSetCapabilitiesArguments; returns: EmptyObject };
  'migrate-set-parameters': { arguments: MigrateSetParametersArguments; returns: EmptyObject };
  migrate_cancel: { arguments: EmptyObject; returns: EmptyObject };
  netdev_add: { arguments: Netdev; returns: EmptyObject };
  netdev_del: { arguments: NetdevDelArguments; returns: EmptyObject };
  'object-add': { arguments: ObjectOptions; returns: EmptyObject };
  'object-del': { arguments: ObjectDelArguments; returns: EmptyObject };
  qmp_capabilities: { arguments: QmpCapabilitiesArguments; returns: EmptyObject };
  'qom-get': { arguments: QomGetArguments; returns: JsonValue };
  'qom-list': { arguments: QomListArguments; returns: DeviceListPropertiesItem[] };
  'qom-list-types': { arguments: QomListTypesArguments; returns: QomListTypesItem[] };
  'qom-set': { arguments: QomSetArguments; returns: EmptyObject };
  'query-balloon': { arguments: EmptyObject; returns: QueryBalloonReturns };
  'query-block': { arguments: EmptyObject; returns: QueryBlockItem[] };
  'query-block-jobs': { arguments: EmptyObject; returns: QueryBlockJobsItem[] };
  'query-blockstats': { arguments: QueryBlockstatsArguments; returns: QueryBlockstatsItem[] };
  'query-chardev': { arguments: EmptyObject; returns: QueryChardevItem[] };
  'query-cpu-definitions': { arguments: EmptyObject; returns: QueryCpuDefinitionsItem[] };
  'query-cpu-model-expansion': { arguments: QueryCpuModelExpansionArguments; returns: QueryCpuModelExpansionReturns };
  'query-cpus-fast': { arguments: EmptyObject; returns: QueryCpusFastItem[] };
  'query-hotpluggable-cpus': { arguments: EmptyObject; returns: QueryHotpluggableCpusItem[] };
  'query-iothreads': { arguments: EmptyObject; returns: QueryIothreadsItem[] };
  'query-jobs': { arguments: EmptyObject; returns: QueryJobsItem[] };
  'query-kvm': { arguments: EmptyObject; returns: QueryKvmReturns };
  'query-machines': { arguments: EmptyObject; returns: QueryMachinesItem[] };
  'query-memdev': { arguments: EmptyObject; returns: QueryMemdevItem[] };
  'query-memory-devices': { arguments: EmptyObject; returns: QueryMemoryDevicesItem[] };
  'query-migrate': { arguments: EmptyObject; returns: QueryMigrateReturns };
  'query-name': { arguments: EmptyObject; returns: QueryNameReturns };
  'query-named-block-nodes': { arguments: QueryNamedBlockNodesArguments; returns: QueryNamedBlockNodesItem[] };
  'query-pci': { arguments: EmptyObject; returns: QueryPciItem[] };
  'query-qmp-schema': { arguments: EmptyObject; returns: SchemaInfo[] };
  'query-status': { arguments: EmptyObject; returns: QueryStatusReturns };
  'query-version': { arguments: EmptyObject; returns: VersionInfo };
  quit: { arguments: EmptyObject; returns: EmptyObject };
  'remove-fd': { arguments: RemoveFdArguments; returns: EmptyObject };
  screendump: { arguments: ScreendumpArguments; returns: EmptyObject };
  'send-key': { arguments: SendKeyArguments; returns: EmptyObject };
  set_link: { arguments: SetLinkArguments; returns: EmptyObject };
  set_password: { arguments: SetPasswordArguments; returns: EmptyObject };
  'snapshot-delete': { arguments: SnapshotDeleteArguments; returns: EmptyObject };
  'snapshot-load': { arguments: SnapshotLoadArguments; returns: EmptyObject };
  'snapshot-save': { arguments: SnapshotSaveArguments; returns: EmptyObject };
  stop: { arguments: EmptyObject; returns: EmptyObject };
  system_powerdown: { arguments: EmptyObject; returns: EmptyObject };
  system_reset: { arguments: EmptyObject; returns: EmptyObject };
  system_wakeup: { arguments: EmptyObject; returns: EmptyObject };
  transaction: { arguments: TransactionArguments; returns: EmptyObject };
}

export interface QmpEvents {
  BALLOON_CHANGE: BalloonChangeData;
  BLOCK_IO_ERROR: BlockIoErrorData;
  BLOCK_JOB_CANCELLED: BlockJobCancelledData;
  BLOCK_JOB_COMPLETED: BlockJobCompletedData;
  BLOCK_JOB_ERROR: BlockJobErrorData;
  BLOCK_JOB_PENDING: BlockJobPendingData;
  BLOCK_JOB_READY: BlockJobReadyData;
  DEVICE_DELETED: DeviceDeletedData;
  DEVICE_UNPLUG_GUEST_ERROR: DeviceUnplugGuestErrorData;
  DUMP_COMPLETED: DumpCompletedData;
  GUEST_CRASHLOADED: GuestCrashloadedData;
  GUEST_PANICKED: GuestPanickedData;
  JOB_STATUS_CHANGE: JobStatusChangeData;
  MEMORY_DEVICE_SIZE_CHANGE: MemoryDeviceSizeChangeData;
  MIGRATION: MigrationData;
  MIGRATION_PASS: MigrationPassData;
  NIC_RX_FILTER_CHANGED: NicRxFilterChangedData;
  POWERDOWN: EmptyObject;
  RESET: ResetData;
  RESUME: EmptyObject;
  RTC_CHANGE: RtcChangeData;
  SHUTDOWN: ShutdownData;
  STOP: EmptyObject;
  SUSPEND: EmptyObject;
  SUSPEND_DISK: EmptyObject;
  VSERPORT_CHANGE: VserportChangeData;
  WAKEUP: EmptyObject;
  WATCHDOG: WatchdogData;
}

interface AddFdArguments {
  'fdset-id'?: number;
  opaque?: string;
}

interface AddFdReturns {
  'fdset-id': number;
  fd: number;
}

interface BalloonArguments {
  value: number;
}

interface BlockCommitArguments {
  'job-id'?: string;
  device: string;
  'base-node'?: string;
  /** @deprecated */
  base?: string;
  'top-node'?: string;
  /** @deprecated */
  top?: string;
  'backing-file'?: string;
  speed?: number;
  'on-error'?: BlockCommitOnError;
  'filter-node-name'?: string;
  'auto-finalize'?: boolean;
  'auto-dismiss'?: boolean;
}

interface BlockJobCancelArguments {
  device: string;
  force?: boolean;
}

interface BlockResizeArguments {
  device?: string;
  'node-name'?: string;
  size: number;
}

interface BlockSetIoThrottleArguments {
  /** @deprecated */
  device?: string;
  id?: string;
  bps: number;
  bps_rd: number;
  bps_wr: number;
  iops: number;
  iops_rd: number;
  iops_wr: number;
  bps_max?: number;
  bps_rd_max?: number;
  bps_wr_max?: number;
  iops_max?: number;
  iops_rd_max?: number;
  iops_wr_max?: number;
  bps_max_length?: number;
  bps_rd_max_length?: number;
  bps_wr_max_length?: number;
  iops_max_length?: number;
  iops_rd_max_length?: number;
  iops_wr_max_length?: number;
  iops_size?: number;
  group?: string;
}

interface BlockdevOptionsBase {
  'node-name'?: string;
  discard?: BlockdevOptionsDiscard;
  cache?: BlockdevOptionsCache;
  'read-only'?: boolean;
  'auto-read-only'?: boolean;
  'force-share'?: boolean;
  'detect-zeroes'?: BlockdevOptionsDetectZeroes;
}

type BlockdevOptions = BlockdevOptionsBase & (
  | ({ driver: 'blkdebug' } & BlockdevOptionsBlkdebug)
  | ({ driver: 'blklogwrites' } & BlockdevOptionsBlklogwrites)
  | ({ driver: 'blkreplay' } & BlockdevOptionsBlkreplay)
  | ({ driver: 'blkverify' } & BlockdevOptionsBlkverify)
  | ({ driver: 'bochs' | 'cloop' | 'compress' | 'dmg' | 'snapshot-access' | 'parallels' | 'vdi' | 'vhdx' | 'vpc' } & BlockdevOptionsBochs)
  | ({ driver: 'copy-before-write' } & BlockdevOptionsCopyBeforeWrite)
  | ({ driver: 'copy-on-read' } & BlockdevOptionsCopyOnRead)
  | ({ driver: 'file' | 'host_cdrom' | 'host_device' } & BlockdevOptionsFile)
  | ({ driver: 'ftp' } & BlockdevOptionsFtp)
  | ({ driver: 'ftps' } & BlockdevOptionsFtps)
  | ({ driver: 'gluster' } & BlockdevOptionsGluster)
  | ({ driver: 'http' } & BlockdevOptionsHttp)
  | ({ driver: 'https' } & BlockdevOptionsHttps)
  | ({ driver: 'iscsi' } & BlockdevOptionsIscsi)
  | ({ driver: 'luks' } & BlockdevOptionsLuks)
  | ({ driver: 'nbd' } & BlockdevOptionsNbd)
  | ({ driver: 'nfs' } & BlockdevOptionsNfs)
  | ({ driver: 'null-aio' | 'null-co' } & BlockdevOptionsNullAio)
  | ({ driver: 'nvme' } & BlockdevOptionsNvme)
  | ({ driver: 'preallocate' } & BlockdevOptionsPreallocate)
  | ({ driver: 'qcow' } & BlockdevOptionsQcow)
  | ({ driver: 'qcow2' } & BlockdevOptionsQcow2)
  | ({ driver: 'qed' | 'vmdk' } & BlockdevOptionsQed)
  | ({ driver: 'quorum' } & BlockdevOptionsQuorum)
  | ({ driver: 'raw' } & BlockdevOptionsRaw)
  | ({ driver: 'rbd' } & BlockdevOptionsRbd)
  | ({ driver: 'replication' } & BlockdevOptionsReplication)
  | ({ driver: 'ssh' } & BlockdevOptionsSsh)
  | ({ driver: 'throttle' } & BlockdevOptionsThrottle)
  | ({ driver: 'vvfat' } & BlockdevOptionsVvfat)
);

interface BlockdevBackupArguments {
  'job-id'?: string;
  device: string;
  sync: BlockdevBackupSync;
  speed?: number;
  bitmap?: string;
  'bitmap-mode'?: BlockdevBackupBitmapMode;
  compress?: boolean;
  'on-source-error'?: BlockCommitOnError;
  'on-target-error'?: BlockCommitOnError;
  'auto-finalize'?: boolean;
  'auto-dismiss'?: boolean;
  'filter-node-name'?: string;
  'x-perf'?: BlockdevBackupXPerf;
  target: string;
}

interface BlockdevCreateArguments {
  'job-id': string;
  options: BlockdevCreateOptions;
}

interface BlockdevDelArguments {
  'node-name': string;
}

interface BlockdevMirrorArguments {
  'job-id'?: string;
  device: string;
  target: string;
  replaces?: string;
  sync: BlockdevBackupSync;
  speed?: number;
  granularity?: number;
  'buf-size'?: number;
  'on-source-error'?: BlockCommitOnError;
  'on-target-error'?: BlockCommitOnError;
  'filter-node-name'?: string;
  'copy-mode'?: BlockdevMirrorCopyMode;
  'auto-finalize'?: boolean;
  'auto-dismiss'?: boolean;
}

interface BlockdevReopenArguments {
  options: BlockdevOptions[];
}

interface BlockdevSnapshotArguments {
  node: string;
  overlay: string;
}

interface BlockdevSnapshotSyncArguments {
  device?: string;
  'node-name'?: string;
  'snapshot-file': string;
  'snapshot-node-name'?: string;
  format?: string;
  mode?: BlockdevSnapshotSyncMode;
}

interface ChardevAddArguments {
  id: string;
  backend: ChardevBackend;
}

interface ChardevAddReturns {
  pty?: string;
}

interface ChardevChangeArguments {
  id: string;
  backend: ChardevBackend;
}

interface ChardevRemoveArguments {
  id: string;
}

interface DeviceListPropertiesArguments {
  typename: string;
}

interface DeviceListPropertiesItem {
  name: string;
  type: string;
  description?: string;
  'default-value'?: JsonValue;
}

interface DeviceAddArguments {
  driver: string;
  bus?: string;
  id?: string;
}

interface DeviceDelArguments {
  id: string;
}

interface DumpGuestMemoryArguments {
  paging: boolean;
  protocol: string;
  detach?: boolean;
  begin?: number;
  length?: number;
  format?: DumpGuestMemoryFormat;
}

interface ExpirePasswordArgumentsBase {
  time: string;
}

type ExpirePasswordArguments = ExpirePasswordArgumentsBase & (
  | ({ protocol: 'vnc' } & ExpirePasswordVnc)
  | { protocol: 'spice' }
);

interface GetfdArguments {
  fdname: string;
}

interface HumanMonitorCommandArguments {
  'command-line': string;
  'cpu-index'?: number;
}

interface JobCancelArguments {
  id: string;
}

interface JobCompleteArguments {
  id: string;
}

interface JobDismissArguments {
  id: string;
}

interface MigrateArguments {
  uri: string;
  blk?: boolean;
  inc?: boolean;
  detach?: boolean;
  resume?: boolean;
}

interface MigrateIncomingArguments {
  uri: string;
}

interface MigrateSetCapabilitiesArguments {
  capabilities: MigrateSetCapabilitiesCapabilities[];
}

interface MigrateSetParametersArguments {
  'announce-initial'?: number;
  'announce-max'?: number;
  'announce-rounds'?: number;
  'announce-step'?: number;
  'compress-level'?: number;
  'compress-threads'?: number;
  'compress-wait-thread'?: boolean;
  'decompress-threads'?: number;
  'throttle-trigger-threshold'?: number;
  'cpu-throttle-initial'?: number;
  'cpu-throttle-increment'?: number;
  'cpu-throttle-tailslow'?: boolean;
  'tls-creds'?: MigrateSetParametersTlsCreds;
  'tls-hostname'?: MigrateSetParametersTlsCreds;
  'tls-authz'?: MigrateSetParametersTlsCreds;
  'max-bandwidth'?: number;
  'downtime-limit'?: number;
  'x-checkpoint-delay'?: number;
  'block-incremental'?: boolean;
  'multifd-channels'?: number;
  'xbzrle-cache-size'?: number;
  'max-postcopy-bandwidth'?: number;
  'max-cpu-throttle'?: number;
  'multifd-compression'?: MigrateSetParametersMultifdCompression;
  'multifd-zlib-level'?: number;
  'multifd-zstd-level'?: number;
  'block-bitmap-mapping'?: MigrateSetParametersBlockBitmapMapping[];
}

interface NetdevBase {
  id: string;
}

type Netdev = NetdevBase & (
  | { type: 'none' }
  | ({ type: 'nic' } & NetdevNic)
  | ({ type: 'user' } & NetdevUser)
  | ({ type: 'tap' } & NetdevTap)
  | ({ type: 'l2tpv3' } & NetdevL2tpv3)
  | ({ type: 'socket' } & NetdevSocket)
  | ({ type: 'stream' } & NetdevStream)
  | ({ type: 'dgram' } & NetdevDgram)
  | ({ type: 'vde' } & NetdevVde)
  | ({ type: 'bridge' } & NetdevBridge)
  | ({ type: 'hubport' } & NetdevHubport)
  | ({ type: 'netmap' } & NetdevNetmap)
  | ({ type: 'vhost-user' } & NetdevVhostUser)
  | ({ type: 'vhost-vdpa' } & NetdevVhostVdpa)
);

interface NetdevDelArguments {
  id: string;
}

interface ObjectOptionsBase {
  id: string;
}

type ObjectOptions = ObjectOptionsBase & (
  | ({ 'qom-type': 'authz-list' } & ObjectOptionsAuthzList)
  | ({ 'qom-type': 'authz-listfile' } & ObjectOptionsAuthzListfile)
  | ({ 'qom-type': 'authz-pam' } & ObjectOptionsAuthzPam)
  | ({ 'qom-type': 'authz-simple' } & ObjectOptionsAuthzSimple)
  | { 'qom-type': 'can-bus' | 'pef-guest' | 's390-pv-guest' }
  | ({ 'qom-type': 'can-host-socketcan' } & ObjectOptionsCanHostSocketcan)
  | ({ 'qom-type': 'colo-compare' } & ObjectOptionsColoCompare)
  | ({ 'qom-type': 'cryptodev-backend' | 'cryptodev-backend-builtin' | 'cryptodev-backend-lkcf' } & ObjectOptionsCryptodevBackend)
  | ({ 'qom-type': 'cryptodev-vhost-user' } & ObjectOptionsCryptodevVhostUser)
  | ({ 'qom-type': 'dbus-vmstate' } & ObjectOptionsDbusVmstate)
  | ({ 'qom-type': 'filter-buffer' } & ObjectOptionsFilterBuffer)
  | ({ 'qom-type': 'filter-dump' } & ObjectOptionsFilterDump)
  | ({ 'qom-type': 'filter-mirror' } & ObjectOptionsFilterMirror)
  | ({ 'qom-type': 'filter-redirector' } & ObjectOptionsFilterRedirector)
  | ({ 'qom-type': 'filter-replay' } & ObjectOptionsFilterReplay)
  | ({ 'qom-type': 'filter-rewriter' } & ObjectOptionsFilterRewriter)
  | ({ 'qom-type': 'input-barrier' } & ObjectOptionsInputBarrier)
  | ({ 'qom-type': 'input-linux' } & ObjectOptionsInputLinux)
  | ({ 'qom-type': 'iothread' } & ObjectOptionsIothread)
  | ({ 'qom-type': 'main-loop' } & ObjectOptionsMainLoop)
  | ({ 'qom-type': 'memory-backend-epc' } & ObjectOptionsMemoryBackendEpc)
  | ({ 'qom-type': 'memory-backend-file' } & ObjectOptionsMemoryBackendFile)
  | ({ 'qom-type': 'memory-backend-memfd' } & ObjectOptionsMemoryBackendMemfd)
  | ({ 'qom-type': 'memory-backend-ram' } & ObjectOptionsMemoryBackendRam)
  | ({ 'qom-type': 'pr-manager-helper' } & ObjectOptionsPrManagerHelper)
  | ({ 'qom-type': 'qtest' } & ObjectOptionsQtest)
  | ({ 'qom-type': 'rng-builtin' } & ObjectOptionsRngBuiltin)
  | ({ 'qom-type': 'rng-egd' } & ObjectOptionsRngEgd)
  | ({ 'qom-type': 'rng-random' } & ObjectOptionsRngRandom)
  | ({ 'qom-type': 'secret' } & ObjectOptionsSecret)
  | ({ 'qom-type': 'secret_keyring' } & ObjectOptionsSecretKeyring)
  | ({ 'qom-type': 'sev-guest' } & ObjectOptionsSevGuest)
  | ({ 'qom-type': 'thread-context' } & ObjectOptionsThreadContext)
  | ({ 'qom-type': 'throttle-group' } & ObjectOptionsThrottleGroup)
  | ({ 'qom-type': 'tls-creds-anon' } & ObjectOptionsTlsCredsAnon)
  | ({ 'qom-type': 'tls-creds-psk' } & ObjectOptionsTlsCredsPsk)
  | ({ 'qom-type': 'tls-creds-x509' } & ObjectOptionsTlsCredsX509)
  | ({ 'qom-type': 'tls-cipher-suites' } & ObjectOptionsTlsCipherSuites)
  | ({ 'qom-type': 'x-remote-object' } & ObjectOptionsXRemoteObject)
  | ({ 'qom-type': 'x-vfio-user-server' } & ObjectOptionsXVfioUserServer)
);

interface ObjectDelArguments {
  id: string;
}

interface QmpCapabilitiesArguments {
  enable?: QmpCapabilitiesEnable[];
}

interface QomGetArguments {
  path: string;
  property: string;
}

interface QomListArguments {
  path: string;
}

interface QomListTypesArguments {
  implements?: string;
  abstract?: boolean;
}

interface QomListTypesItem {
  name: string;
  abstract?: boolean;
  parent?: string;
}

interface QomSetArguments {
  path: string;
  property: string;
  value: JsonValue;
}

interface QueryBalloonReturns {
  actual: number;
}

interface QueryBlockItem {
  device: string;
  qdev?: string;
  type: string;
  removable: boolean;
  locked: boolean;
  inserted?: QueryNamedBlockNodesItem;
  tray_open?: boolean;
  'io-status'?: QueryBlockIoStatus;
}

interface QueryBlockJobsItem {
  type: string;
  device: string;
  len: number;
  offset: number;
  busy: boolean;
  paused: boolean;
  speed: number;
  'io-status': QueryBlockIoStatus;
  ready: boolean;
  status: JobStatus;
  'auto-finalize': boolean;
  'auto-dismiss': boolean;
  error?: string;
}

interface QueryBlockstatsArguments {
  'query-nodes'?: boolean;
}

interface QueryBlockstatsItem {
  device?: string;
  qdev?: string;
  'node-name'?: string;
  stats: QueryBlockstatsStats;
  'driver-specific'?: QueryBlockstatsDriverSpecific;
  parent?: QueryBlockstatsItem;
  backing?: QueryBlockstatsItem;
}

interface QueryChardevItem {
  label: string;
  filename: string;
  'frontend-open': boolean;
}

interface QueryCpuDefinitionsItem {
  name: string;
  'migration-safe'?: boolean;
  static: boolean;
  'unavailable-features'?: string[];
  typename: string;
  'alias-of'?: string;
  deprecated: boolean;
}

interface QueryCpuModelExpansionArguments {
  type: QueryCpuModelExpansionType;
  model: QueryCpuModelExpansionModel;
}

interface QueryCpuModelExpansionReturns {
  model: QueryCpuModelExpansionModel;
}

interface QueryCpusFastItemBase {
  'cpu-index': number;
  'qom-path': string;
  'thread-id': number;
  props?: QueryCpusFastItemProps;
}

type QueryCpusFastItem = QueryCpusFastItemBase & (
  | { target: 'aarch64' | 'alpha' | 'arm' | 'avr' | 'cris' | 'hppa' | 'i386' | 'loongarch64' | 'm68k' | 'microblaze' | 'microblazeel' | 'mips' | 'mips64' | 'mips64el' | 'mipsel' | 'nios2' | 'or1k' | 'ppc' | 'ppc64' | 'riscv32' | 'riscv64' | 'rx' | 'sh4' | 'sh4eb' | 'sparc' | 'sparc64' | 'tricore' | 'x86_64' | 'xtensa' | 'xtensaeb' }
  | ({ target: 's390x' } & QueryCpusFastS390x)
);

interface QueryHotpluggableCpusItem {
  type: string;
  'vcpus-count': number;
  props: QueryCpusFastItemProps;
  'qom-path'?: string;
}

interface QueryIothreadsItem {
  id: string;
  'thread-id': number;
  'poll-max-ns': number;
  'poll-grow': number;
  'poll-shrink': number;
  'aio-max-batch': number;
}

interface QueryJobsItem {
  id: string;
  type: JobType;
  status: JobStatus;
  'current-progress': number;
  'total-progress': number;
  error?: string;
}

interface QueryKvmReturns {
  enabled: boolean;
  present: boolean;
}

interface QueryMachinesItem {
  name: string;
  alias?: string;
  'is-default'?: boolean;
  'cpu-max': number;
  'hotpluggable-cpus': boolean;
  'numa-mem-supported': boolean;
  deprecated: boolean;
  'default-cpu-type'?: string;
  'default-ram-id'?: string;
}

interface QueryMemdevItem {
  id?: string;
  size: number;
  merge: boolean;
  dump: boolean;
  prealloc: boolean;
  share: boolean;
  reserve?: boolean;
  'host-nodes': number[];
  policy: QueryMemdevPolicy;
}

type QueryMemoryDevicesItem =
  | ({ type: 'dimm' | 'nvdimm' } & QueryMemoryDevicesDimm)
  | ({ type: 'virtio-pmem' } & QueryMemoryDevicesVirtioPmem)
  | ({ type: 'virtio-mem' } & QueryMemoryDevicesVirtioMem)
  | ({ type: 'sgx-epc' } & QueryMemoryDevicesSgxEpc);

interface QueryMigrateReturns {
  status?: MigrationStatus;
  ram?: QueryMigrateRam;
  disk?: QueryMigrateRam;
  vfio?: QueryMigrateVfio;
  'xbzrle-cache'?: QueryMigrateXbzrleCache;
  'total-time'?: number;
  'expected-downtime'?: number;
  downtime?: number;
  'setup-time'?: number;
  'cpu-throttle-percentage'?: number;
  'error-desc'?: string;
  'blocked-reasons'?: string[];
  'postcopy-blocktime'?: number;
  'postcopy-vcpu-blocktime'?: number[];
  compression?: QueryMigrateCompression;
  'socket-address'?: QueryMigrateSocketAddress[];
}

interface QueryNameReturns {
  name?: string;
}

interface QueryNamedBlockNodesArguments {
  flat?: boolean;
}

interface QueryNamedBlockNodesItem {
  file: string;
  'node-name'?: string;
  ro: boolean;
  drv: string;
  backing_file?: string;
  backing_file_depth: number;
  encrypted: boolean;
  detect_zeroes: BlockdevOptionsDetectZeroes;
  bps: number;
  bps_rd: number;
  bps_wr: number;
  iops: number;
  iops_rd: number;
  iops_wr: number;
  image: QueryNamedBlockNodesImage;
  bps_max?: number;
  bps_rd_max?: number;
  bps_wr_max?: number;
  iops_max?: number;
  iops_rd_max?: number;
  iops_wr_max?: number;
  bps_max_length?: number;
  bps_rd_max_length?: number;
  bps_wr_max_length?: number;
  iops_max_length?: number;
  iops_rd_max_length?: number;
  iops_wr_max_length?: number;
  iops_size?: number;
  group?: string;
  cache: QueryNamedBlockNodesCache;
  write_threshold: number;
  'dirty-bitmaps'?: QueryNamedBlockNodesDirtyBitmaps[];
}

interface QueryPciItem {
  bus: number;
  devices: QueryPciDevices[];
}

interface SchemaInfoBase {
  name: string;
  features?: string[];
}

type SchemaInfo = SchemaInfoBase & (
  | ({ 'meta-type': 'builtin' } & SchemaInfoBuiltin)
  | ({ 'meta-type': 'enum' } & SchemaInfoEnum)
  | ({ 'meta-type': 'array' } & SchemaInfoArray)
  | ({ 'meta-type': 'object' } & SchemaInfoObject)
  | ({ 'meta-type': 'alternate' } & SchemaInfoAlternate)
  | ({ 'meta-type': 'command' } & SchemaInfoCommand)
  | ({ 'meta-type': 'event' } & SchemaInfoEvent)
);

interface QueryStatusReturns {
  running: boolean;
  singlestep?: boolean;
  status: RunState;
}

interface VersionInfo {
  qemu: VersionInfoQemu;
  package: string;
}

interface RemoveFdArguments {
  'fdset-id': number;
  fd?: number;
}

interface ScreendumpArguments {
  filename: string;
  device?: string;
  head?: number;
  format?: ScreendumpFormat;
}

interface SendKeyArguments {
  keys: SendKeyKeys[];
  'hold-time'?: number;
}

interface SetLinkArguments {
  name: string;
  up: boolean;
}

interface SetPasswordArgumentsBase {
  password: string;
  connected?: SetPasswordArgumentsConnected;
}

type SetPasswordArguments = SetPasswordArgumentsBase & (
  | ({ protocol: 'vnc' } & SetPasswordVnc)
  | { protocol: 'spice' }
);

interface SnapshotDeleteArguments {
  'job-id': string;
  tag: string;
  devices: string[];
}

interface SnapshotLoadArguments {
  'job-id': string;
  tag: string;
  vmstate: string;
  devices: string[];
}

interface SnapshotSaveArguments {
  'job-id': string;
  tag: string;
  vmstate: string;
  devices: string[];
}

interface TransactionArguments {
  actions: TransactionActions[];
  properties?: TransactionProperties;
}

interface BalloonChangeData {
  actual: number;
}

interface BlockIoErrorData {
  device: string;
  'node-name'?: string;
  operation: BlockIoErrorOperation;
  action: BlockIoErrorAction;
  nospace?: boolean;
  reason: string;
}

interface BlockJobCancelledData {
  type: JobType;
  device: string;
  len: number;
  offset: number;
  speed: number;
}

interface BlockJobCompletedData {
  type: JobType;
  device: string;
  len: number;
  offset: number;
  speed: number;
  error?: string;
}

interface BlockJobErrorData {
  device: string;
  operation: BlockIoErrorOperation;
  action: BlockIoErrorAction;
}

interface BlockJobPendingData {
  type: JobType;
  id: string;
}

interface BlockJobReadyData {
  type: JobType;
  device: string;
  len: number;
  offset: number;
  speed: number;
}

interface DeviceDeletedData {
  device?: string;
  path: string;
}

interface DeviceUnplugGuestErrorData {
  device?: string;
  path: string;
}

interface DumpCompletedData {
  result: DumpCompletedResult;
  error?: string;
}

interface GuestCrashloadedData {
  action: GuestCrashloadedAction;
  info?: GuestCrashloadedInfo;
}

interface GuestPanickedData {
  action: GuestCrashloadedAction;
  info?: GuestCrashloadedInfo;
}

interface JobStatusChangeData {
  id: string;
  status: JobStatus;
}

interface MemoryDeviceSizeChangeData {
  id?: string;
  size: number;
  'qom-path': string;
}

interface MigrationData {
  status: MigrationStatus;
}

interface MigrationPassData {
  pass: number;
}

interface NicRxFilterChangedData {
  name?: string;
  path: string;
}

interface ResetData {
  guest: boolean;
  reason: ShutdownCause;
}

interface RtcChangeData {
  offset: number;
  'qom-path': string;
}

interface ShutdownData {
  guest: boolean;
  reason: ShutdownCause;
}

interface VserportChangeData {
  id: string;
  open: boolean;
}

interface WatchdogData {
  action: WatchdogAction;
}

type BlockCommitOnError = 'report' | 'ignore' | 'enospc' | 'stop' | 'auto';

interface BlockdevOptionsBlkdebug {
  image: BlockdevOptionsBlkdebugImage;
  config?: string;
  align?: number;
  'max-transfer'?: number;
  'opt-write-zero'?: number;
  'max-write-zero'?: number;
  'opt-discard'?: number;
  'max-discard'?: number;
  'inject-error'?: BlockdevOptionsBlkdebugInjectError[];
  'set-state'?: BlockdevOptionsBlkdebugSetState[];
  'take-child-perms'?: BlockdevOptionsBlkdebugTakeChildPerms[];
  'unshare-child-perms'?: BlockdevOptionsBlkdebugTakeChildPerms[];
}

interface BlockdevOptionsBlklogwrites {
  file: BlockdevOptionsBlkdebugImage;
  log: BlockdevOptionsBlkdebugImage;
  'log-sector-size'?: number;
  'log-append'?: boolean;
  'log-super-update-interval'?: number;
}

interface BlockdevOptionsBlkreplay {
  image: BlockdevOptionsBlkdebugImage;
}

interface BlockdevOptionsBlkverify {
  test: BlockdevOptionsBlkdebugImage;
  raw: BlockdevOptionsBlkdebugImage;
}

interface BlockdevOptionsBochs {
  file: BlockdevOptionsBlkdebugImage;
}

interface BlockdevOptionsCopyBeforeWrite {
  file: BlockdevOptionsBlkdebugImage;
  target: BlockdevOptionsBlkdebugImage;
  bitmap?: BlockdevOptionsCopyBeforeWriteBitmap;
  'on-cbw-error'?: BlockdevOptionsCopyBeforeWriteOnCbwError;
  'cbw-timeout'?: number;
}

interface BlockdevOptionsCopyOnRead {
  file: BlockdevOptionsBlkdebugImage;
  bottom?: string;
}

interface BlockdevOptionsFile {
  filename: string;
  'pr-manager'?: string;
  locking?: BlockdevOptionsFileLocking;
  aio?: BlockdevOptionsFileAio;
  'aio-max-batch'?: number;
  'drop-cache'?: boolean;
  'x-check-cache-dropped'?: boolean;
}

interface BlockdevOptionsFtp {
  url: string;
  readahead?: number;
  timeout?: number;
  username?: string;
  'password-secret'?: string;
  'proxy-username'?: string;
  'proxy-password-secret'?: string;
}

interface BlockdevOptionsFtps {
  url: string;
  readahead?: number;
  timeout?: number;
  username?: string;
  'password-secret'?: string;
  'proxy-username'?: string;
  'proxy-password-secret'?: string;
  sslverify?: boolean;
}

interface BlockdevOptionsGluster {
  volume: string;
  path: string;
  server: QueryMigrateSocketAddress[];
  debug?: number;
  logfile?: string;
}

interface BlockdevOptionsHttp {
  url: string;
  readahead?: number;
  timeout?: number;
  username?: string;
  'password-secret'?: string;
  'proxy-username'?: string;
  'proxy-password-secret'?: string;
  cookie?: string;
  'cookie-secret'?: string;
}

interface BlockdevOptionsHttps {
  url: string;
  readahead?: number;
  timeout?: number;
  username?: string;
  'password-secret'?: string;
  'proxy-username'?: string;
  'proxy-password-secret'?: string;
  cookie?: string;
  sslverify?: boolean;
  'cookie-secret'?: string;
}

interface BlockdevOptionsIscsi {
  transport: BlockdevOptionsIscsiTransport;
  portal: string;
  target: string;
  lun?: number;
  user?: string;
  'password-secret'?: string;
  'initiator-name'?: string;
  'header-digest'?: BlockdevOptionsIscsiHeaderDigest;
  timeout?: number;
}

interface BlockdevOptionsLuks {
  file: BlockdevOptionsBlkdebugImage;
  'key-secret'?: string;
}

interface BlockdevOptionsNbd {
  server: QueryMigrateSocketAddress;
  export?: string;
  'tls-creds'?: string;
  'tls-hostname'?: string;
  'x-dirty-bitmap'?: string;
  'reconnect-delay'?: number;
  'open-timeout'?: number;
}

interface BlockdevOptionsNfs {
  server: BlockdevOptionsNfsServer;
  path: string;
  user?: number;
  group?: number;
  'tcp-syn-count'?: number;
  'readahead-size'?: number;
  'page-cache-size'?: number;
  debug?: number;
}

interface BlockdevOptionsNullAio {
  size?: number;
  'latency-ns'?: number;
  'read-zeroes'?: boolean;
}

interface BlockdevOptionsNvme {
  device: string;
  namespace: number;
}

interface BlockdevOptionsPreallocate {
  file: BlockdevOptionsBlkdebugImage;
  'prealloc-align'?: number;
  'prealloc-size'?: number;
}

interface BlockdevOptionsQcow {
  file: BlockdevOptionsBlkdebugImage;
  backing?: BlockdevOptionsQcowBacking;
  encrypt?: BlockdevOptionsQcowEncrypt;
}

interface BlockdevOptionsQcow2 {
  file: BlockdevOptionsBlkdebugImage;
  backing?: BlockdevOptionsQcowBacking;
  'lazy-refcounts'?: boolean;
  'pass-discard-request'?: boolean;
  'pass-discard-snapshot'?: boolean;
  'pass-discard-other'?: boolean;
  'overlap-check'?: BlockdevOptionsQcow2OverlapCheck;
  'cache-size'?: number;
  'l2-cache-size'?: number;
  'l2-cache-entry-size'?: number;
  'refcount-cache-size'?: number;
  'cache-clean-interval'?: number;
  encrypt?: BlockdevOptionsQcow2Encrypt;
  'data-file'?: BlockdevOptionsBlkdebugImage;
}

interface BlockdevOptionsQed {
  file: BlockdevOptionsBlkdebugImage;
  backing?: BlockdevOptionsQcowBacking;
}

interface BlockdevOptionsQuorum {
  blkverify?: boolean;
  children: BlockdevOptionsBlkdebugImage[];
  'vote-threshold': number;
  'rewrite-corrupted'?: boolean;
  'read-pattern'?: BlockdevOptionsQuorumReadPattern;
}

interface BlockdevOptionsRaw {
  file: BlockdevOptionsBlkdebugImage;
  offset?: number;
  size?: number;
}

interface BlockdevOptionsRbd {
  pool: string;
  namespace?: string;
  image: string;
  conf?: string;
  snapshot?: string;
  encrypt?: BlockdevOptionsRbdEncrypt;
  user?: string;
  'auth-client-required'?: BlockdevOptionsRbdAuthClientRequired[];
  'key-secret'?: string;
  server?: BlockdevOptionsRbdServer[];
}

interface BlockdevOptionsReplication {
  file: BlockdevOptionsBlkdebugImage;
  mode: BlockdevOptionsReplicationMode;
  'top-id'?: string;
}

interface BlockdevOptionsSsh {
  server: BlockdevOptionsSshServer;
  path: string;
  user?: string;
  'host-key-check'?: BlockdevOptionsSshHostKeyCheck;
}

interface BlockdevOptionsThrottle {
  'throttle-group': string;
  file: BlockdevOptionsBlkdebugImage;
}

interface BlockdevOptionsVvfat {
  dir: string;
  'fat-type'?: number;
  floppy?: boolean;
  label?: string;
  rw?: boolean;
}

type BlockdevOptionsDiscard = 'ignore' | 'unmap';

interface BlockdevOptionsCache {
  direct?: boolean;
  'no-flush'?: boolean;
}

type BlockdevOptionsDetectZeroes = 'off' | 'on' | 'unmap';

type BlockdevBackupSync = 'top' | 'full' | 'none' | 'incremental' | 'bitmap';

type BlockdevBackupBitmapMode = 'on-success' | 'never' | 'always';

interface BlockdevBackupXPerf {
  'use-copy-range'?: boolean;
  'max-workers'?: number;
  'max-chunk'?: number;
}

type BlockdevCreateOptions =
  | { driver: 'blkdebug' | 'blklogwrites' | 'blkreplay' | 'blkverify' | 'bochs' | 'cloop' | 'compress' | 'copy-before-write' | 'copy-on-read' | 'dmg' | 'snapshot-access' | 'ftp' | 'ftps' | 'host_cdrom' | 'host_device' | 'http' | 'https' | 'iscsi' | 'nbd' | 'null-aio' | 'null-co' | 'nvme' | 'preallocate' | 'quorum' | 'raw' | 'replication' | 'throttle' | 'vvfat' }
  | ({ driver: 'file' } & BlockdevCreateOptionsFile)
  | ({ driver: 'gluster' } & BlockdevCreateOptionsGluster)
  | ({ driver: 'luks' } & BlockdevCreateOptionsLuks)
  | ({ driver: 'nfs' } & BlockdevCreateOptionsNfs)
  | ({ driver: 'parallels' } & BlockdevCreateOptionsParallels)
  | ({ driver: 'qcow' } & BlockdevCreateOptionsQcow)
  | ({ driver: 'qcow2' } & BlockdevCreateOptionsQcow2)
  | ({ driver: 'qed' } & BlockdevCreateOptionsQed)
  | ({ driver: 'rbd' } & BlockdevCreateOptionsRbd)
  | ({ driver: 'ssh' } & BlockdevCreateOptionsSsh)
  | ({ driver: 'vdi' } & BlockdevCreateOptionsVdi)
  | ({ driver: 'vhdx' } & BlockdevCreateOptionsVhdx)
  | ({ driver: 'vmdk' } & BlockdevCreateOptionsVmdk)
  | ({ driver: 'vpc' } & BlockdevCreateOptionsVpc);

type BlockdevMirrorCopyMode = 'background' | 'write-blocking';

type BlockdevSnapshotSyncMode = 'existing' | 'absolute-paths';

type ChardevBackend =
  | ({ type: 'file' } & ChardevBackendFile)
  | ({ type: 'serial' | 'parallel' | 'pipe' } & ChardevBackendSerial)
  | ({ type: 'socket' } & ChardevBackendSocket)
  | ({ type: 'udp' } & ChardevBackendUdp)
  | ({ type: 'pty' | 'null' | 'msmouse' | 'wctablet' | 'braille' | 'testdev' | 'console' } & ChardevBackendPty)
  | ({ type: 'mux' } & ChardevBackendMux)
  | ({ type: 'stdio' } & ChardevBackendStdio)
  | ({ type: 'spicevmc' } & ChardevBackendSpicevmc)
  | ({ type: 'spiceport' } & ChardevBackendSpiceport)
  | ({ type: 'qemu-vdagent' } & ChardevBackendQemuVdagent)
  | ({ type: 'dbus' } & ChardevBackendDbus)
  | ({ type: 'vc' } & ChardevBackendVc)
  | ({ type: 'ringbuf' | 'memory' } & ChardevBackendRingbuf);

type DumpGuestMemoryFormat = 'elf' | 'kdump-zlib' | 'kdump-lzo' | 'kdump-snappy' | 'win-dmp';

interface ExpirePasswordVnc {
  display?: string;
}

interface MigrateSetCapabilitiesCapabilities {
  capability: MigrateSetCapabilitiesCapabilitiesCapability;
  state: boolean;
}

type MigrateSetParametersTlsCreds = string | null;

type MigrateSetParametersMultifdCompression = 'none' | 'zlib' | 'zstd';

interface MigrateSetParametersBlockBitmapMapping {
  'node-name': string;
  alias: string;
  bitmaps: MigrateSetParametersBlockBitmapMappingBitmaps[];
}

interface NetdevNic {
  netdev?: string;
  macaddr?: string;
  model?: string;
  addr?: string;
  vectors?: number;
}

interface NetdevUser {
  hostname?: string;
  restrict?: boolean;
  ipv4?: boolean;
  ipv6?: boolean;
  ip?: string;
  net?: string;
  host?: string;
  tftp?: string;
  bootfile?: string;
  dhcpstart?: string;
  dns?: string;
  dnssearch?: NetdevUserDnssearch[];
  domainname?: string;
  'ipv6-prefix'?: string;
  'ipv6-prefixlen'?: number;
  'ipv6-host'?: string;
  'ipv6-dns'?: string;
  smb?: string;
  smbserver?: string;
  hostfwd?: NetdevUserDnssearch[];
  guestfwd?: NetdevUserDnssearch[];
  'tftp-server-name'?: string;
}

interface NetdevTap {
  ifname?: string;
  fd?: string;
  fds?: string;
  script?: string;
  downscript?: string;
  br?: string;
  helper?: string;
  sndbuf?: number;
  vnet_hdr?: boolean;
  vhost?: boolean;
  vhostfd?: string;
  vhostfds?: string;
  vhostforce?: boolean;
  queues?: number;
  'poll-us'?: number;
}

interface NetdevL2tpv3 {
  src: string;
  dst: string;
  srcport?: string;
  dstport?: string;
  ipv6?: boolean;
  udp?: boolean;
  cookie64?: boolean;
  counter?: boolean;
  pincounter?: boolean;
  txcookie?: number;
  rxcookie?: number;
  txsession: number;
  rxsession?: number;
  offset?: number;
}

interface NetdevSocket {
  fd?: string;
  listen?: string;
  connect?: string;
  mcast?: string;
  localaddr?: string;
  udp?: string;
}

interface NetdevStream {
  addr: QueryMigrateSocketAddress;
  server?: boolean;
}

interface NetdevDgram {
  local?: QueryMigrateSocketAddress;
  remote?: QueryMigrateSocketAddress;
}

interface NetdevVde {
  sock?: string;
  port?: number;
  group?: string;
  mode?: number;
}

interface NetdevBridge {
  br?: string;
  helper?: string;
}

interface NetdevHubport {
  hubid: number;
  netdev?: string;
}

interface NetdevNetmap {
  ifname: string;
  devname?: string;
}

interface NetdevVhostUser {
  chardev: string;
  vhostforce?: boolean;
  queues?: number;
}

interface NetdevVhostVdpa {
  vhostdev?: string;
  vhostfd?: string;
  queues?: number;
  'x-svq'?: boolean;
}

interface ObjectOptionsAuthzList {
  policy?: ObjectOptionsAuthzListPolicy;
  rules?: ObjectOptionsAuthzListRules[];
}

interface ObjectOptionsAuthzListfile {
  filename: string;
  refresh?: boolean;
}

interface ObjectOptionsAuthzPam {
  service: string;
}

interface ObjectOptionsAuthzSimple {
  identity: string;
}

interface ObjectOptionsCanHostSocketcan {
  if: string;
  canbus: string;
}

interface ObjectOptionsColoCompare {
  primary_in: string;
  secondary_in: string;
  outdev: string;
  iothread: string;
  notify_dev?: string;
  compare_timeout?: number;
  expired_scan_cycle?: number;
  max_queue_size?: number;
  vnet_hdr_support?: boolean;
}

interface ObjectOptionsCryptodevBackend {
  queues?: number;
}

interface ObjectOptionsCryptodevVhostUser {
  queues?: number;
  chardev: string;
}

interface ObjectOptionsDbusVmstate {
  addr: string;
  'id-list'?: string;
}

interface ObjectOptionsFilterBuffer {
  netdev: string;
  queue?: ObjectOptionsFilterBufferQueue;
  status?: string;
  position?: string;
  insert?: ObjectOptionsFilterBufferInsert;
  interval: number;
}

interface ObjectOptionsFilterDump {
  netdev: string;
  queue?: ObjectOptionsFilterBufferQueue;
  status?: string;
  position?: string;
  insert?: ObjectOptionsFilterBufferInsert;
  file: string;
  maxlen?: number;
}

interface ObjectOptionsFilterMirror {
  netdev: string;
  queue?: ObjectOptionsFilterBufferQueue;
  status?: string;
  position?: string;
  insert?: ObjectOptionsFilterBufferInsert;
  outdev: string;
  vnet_hdr_support?: boolean;
}

interface ObjectOptionsFilterRedirector {
  netdev: string;
  queue?: ObjectOptionsFilterBufferQueue;
  status?: string;
  position?: string;
  insert?: ObjectOptionsFilterBufferInsert;
  indev?: string;
  outdev?: string;
  vnet_hdr_support?: boolean;
}

interface ObjectOptionsFilterReplay {
  netdev: string;
  queue?: ObjectOptionsFilterBufferQueue;
  status?: string;
  position?: string;
  insert?: ObjectOptionsFilterBufferInsert;
}

interface ObjectOptionsFilterRewriter {
  netdev: string;
  queue?: ObjectOptionsFilterBufferQueue;
  status?: string;
  position?: string;
  insert?: ObjectOptionsFilterBufferInsert;
  vnet_hdr_support?: boolean;
}

interface ObjectOptionsInputBarrier {
  name: string;
  server?: string;
  port?: string;
  'x-origin'?: string;
  'y-origin'?: string;
  width?: string;
  height?: string;
}

interface ObjectOptionsInputLinux {
  evdev: string;
  grab_all?: boolean;
  repeat?: boolean;
  'grab-toggle'?: ObjectOptionsInputLinuxGrabToggle;
}

interface ObjectOptionsIothread {
  'aio-max-batch'?: number;
  'thread-pool-min'?: number;
  'thread-pool-max'?: number;
  'poll-max-ns'?: number;
  'poll-grow'?: number;
  'poll-shrink'?: number;
}

interface ObjectOptionsMainLoop {
  'aio-max-batch'?: number;
  'thread-pool-min'?: number;
  'thread-pool-max'?: number;
}

interface ObjectOptionsMemoryBackendEpc {
  dump?: boolean;
  'host-nodes'?: number[];
  merge?: boolean;
  policy?: QueryMemdevPolicy;
  prealloc?: boolean;
  'prealloc-threads'?: number;
  'prealloc-context'?: string;
  share?: boolean;
  reserve?: boolean;
  size: number;
  'x-use-canonical-path-for-ramblock-id'?: boolean;
}

interface ObjectOptionsMemoryBackendFile {
  dump?: boolean;
  'host-nodes'?: number[];
  merge?: boolean;
  policy?: QueryMemdevPolicy;
  prealloc?: boolean;
  'prealloc-threads'?: number;
  'prealloc-context'?: string;
  share?: boolean;
  reserve?: boolean;
  size: number;
  'x-use-canonical-path-for-ramblock-id'?: boolean;
  align?: number;
  'discard-data'?: boolean;
  'mem-path': string;
  pmem?: boolean;
  readonly?: boolean;
}

interface ObjectOptionsMemoryBackendMemfd {
  dump?: boolean;
  'host-nodes'?: number[];
  merge?: boolean;
  policy?: QueryMemdevPolicy;
  prealloc?: boolean;
  'prealloc-threads'?: number;
  'prealloc-context'?: string;
  share?: boolean;
  reserve?: boolean;
  size: number;
  'x-use-canonical-path-for-ramblock-id'?: boolean;
  hugetlb?: boolean;
  hugetlbsize?: number;
  seal?: boolean;
}

interface ObjectOptionsMemoryBackendRam {
  dump?: boolean;
  'host-nodes'?: number[];
  merge?: boolean;
  policy?: QueryMemdevPolicy;
  prealloc?: boolean;
  'prealloc-threads'?: number;
  'prealloc-context'?: string;
  share?: boolean;
  reserve?: boolean;
  size: number;
  'x-use-canonical-path-for-ramblock-id'?: boolean;
}

interface ObjectOptionsPrManagerHelper {
  path: string;
}

interface ObjectOptionsQtest {
  chardev: string;
  log?: string;
}

interface ObjectOptionsRngBuiltin {
  /** @deprecated */
  opened?: boolean;
}

interface ObjectOptionsRngEgd {
  /** @deprecated */
  opened?: boolean;
  chardev: string;
}

interface ObjectOptionsRngRandom {
  /** @deprecated */
  opened?: boolean;
  filename?: string;
}

interface ObjectOptionsSecret {
  /** @deprecated */
  loaded?: boolean;
  format?: ObjectOptionsSecretFormat;
  keyid?: string;
  iv?: string;
  data?: string;
  file?: string;
}

interface ObjectOptionsSecretKeyring {
  /** @deprecated */
  loaded?: boolean;
  format?: ObjectOptionsSecretFormat;
  keyid?: string;
  iv?: string;
  serial: number;
}

interface ObjectOptionsSevGuest {
  'sev-device'?: string;
  'dh-cert-file'?: string;
  'session-file'?: string;
  policy?: number;
  handle?: number;
  cbitpos?: number;
  'reduced-phys-bits': number;
  'kernel-hashes'?: boolean;
}

interface ObjectOptionsThreadContext {
  'cpu-affinity'?: number[];
  'node-affinity'?: number[];
}

interface ObjectOptionsThrottleGroup {
  limits?: ObjectOptionsThrottleGroupLimits;
  'x-iops-total'?: number;
  'x-iops-total-max'?: number;
  'x-iops-total-max-length'?: number;
  'x-iops-read'?: number;
  'x-iops-read-max'?: number;
  'x-iops-read-max-length'?: number;
  'x-iops-write'?: number;
  'x-iops-write-max'?: number;
  'x-iops-write-max-length'?: number;
  'x-bps-total'?: number;
  'x-bps-total-max'?: number;
  'x-bps-total-max-length'?: number;
  'x-bps-read'?: number;
  'x-bps-read-max'?: number;
  'x-bps-read-max-length'?: number;
  'x-bps-write'?: number;
  'x-bps-write-max'?: number;
  'x-bps-write-max-length'?: number;
  'x-iops-size'?: number;
}

interface ObjectOptionsTlsCredsAnon {
  'verify-peer'?: boolean;
  dir?: string;
  endpoint?: ObjectOptionsTlsCredsAnonEndpoint;
  priority?: string;
  /** @deprecated */
  loaded?: boolean;
}

interface ObjectOptionsTlsCredsPsk {
  'verify-peer'?: boolean;
  dir?: string;
  endpoint?: ObjectOptionsTlsCredsAnonEndpoint;
  priority?: string;
  /** @deprecated */
  loaded?: boolean;
  username?: string;
}

interface ObjectOptionsTlsCredsX509 {
  'verify-peer'?: boolean;
  dir?: string;
  endpoint?: ObjectOptionsTlsCredsAnonEndpoint;
  priority?: string;
  /** @deprecated */
  loaded?: boolean;
  'sanity-check'?: boolean;
  passwordid?: string;
}

interface ObjectOptionsTlsCipherSuites {
  'verify-peer'?: boolean;
  dir?: string;
  endpoint?: ObjectOptionsTlsCredsAnonEndpoint;
  priority?: string;
}

interface ObjectOptionsXRemoteObject {
  fd: string;
  devid: string;
}

interface ObjectOptionsXVfioUserServer {
  socket: QueryMigrateSocketAddress;
  device: string;
}

type QmpCapabilitiesEnable = 'oob';

type QueryBlockIoStatus = 'ok' | 'failed' | 'nospace';

type JobStatus =
  | 'undefined' | 'created' | 'running' | 'paused' | 'ready' | 'standby' | 'waiting' | 'pending' | 'aborting'
  | 'concluded' | 'null';

interface QueryBlockstatsStats {
  rd_bytes: number;
  wr_bytes: number;
  unmap_bytes: number;
  rd_operations: number;
  wr_operations: number;
  flush_operations: number;
  unmap_operations: number;
  rd_total_time_ns: number;
  wr_total_time_ns: number;
  flush_total_time_ns: number;
  unmap_total_time_ns: number;
  wr_highest_offset: number;
  rd_merged: number;
  wr_merged: number;
  unmap_merged: number;
  idle_time_ns?: number;
  failed_rd_operations: number;
  failed_wr_operations: number;
  failed_flush_operations: number;
  failed_unmap_operations: number;
  invalid_rd_operations: number;
  invalid_wr_operations: number;
  invalid_flush_operations: number;
  invalid_unmap_operations: number;
  account_invalid: boolean;
  account_failed: boolean;
  timed_stats: QueryBlockstatsStatsTimedStats[];
  rd_latency_histogram?: QueryBlockstatsStatsRdLatencyHistogram;
  wr_latency_histogram?: QueryBlockstatsStatsRdLatencyHistogram;
  flush_latency_histogram?: QueryBlockstatsStatsRdLatencyHistogram;
}

type QueryBlockstatsDriverSpecific =
  | { driver: 'blkdebug' | 'blklogwrites' | 'blkreplay' | 'blkverify' | 'bochs' | 'cloop' | 'compress' | 'copy-before-write' | 'copy-on-read' | 'dmg' | 'snapshot-access' | 'ftp' | 'ftps' | 'gluster' | 'host_cdrom' | 'http' | 'https' | 'iscsi' | 'luks' | 'nbd' | 'nfs' | 'null-aio' | 'null-co' | 'parallels' | 'preallocate' | 'qcow' | 'qcow2' | 'qed' | 'quorum' | 'raw' | 'rbd' | 'replication' | 'ssh' | 'throttle' | 'vdi' | 'vhdx' | 'vmdk' | 'vpc' | 'vvfat' }
  | ({ driver: 'file' | 'host_device' } & QueryBlockstatsDriverSpecificFile)
  | ({ driver: 'nvme' } & QueryBlockstatsDriverSpecificNvme);

type QueryCpuModelExpansionType = 'static' | 'full';

interface QueryCpuModelExpansionModel {
  name: string;
  props?: JsonValue;
}

interface QueryCpusFastS390x {
  'cpu-state': QueryCpusFastS390xCpuState;
}

interface QueryCpusFastItemProps {
  'node-id'?: number;
  'socket-id'?: number;
  'die-id'?: number;
  'cluster-id'?: number;
  'core-id'?: number;
  'thread-id'?: number;
}

type JobType =
  | 'commit' | 'stream' | 'mirror' | 'backup' | 'create' | 'amend' | 'snapshot-load' | 'snapshot-save'
  | 'snapshot-delete';

type QueryMemdevPolicy = 'default' | 'preferred' | 'bind' | 'interleave';

interface QueryMemoryDevicesDimm {
  data: QueryMemoryDevicesDimmData;
}

interface QueryMemoryDevicesVirtioPmem {
  data: QueryMemoryDevicesVirtioPmemData;
}

interface QueryMemoryDevicesVirtioMem {
  data: QueryMemoryDevicesVirtioMemData;
}

interface QueryMemoryDevicesSgxEpc {
  data: QueryMemoryDevicesSgxEpcData;
}

type MigrationStatus =
  | 'none' | 'setup' | 'cancelling' | 'cancelled' | 'active' | 'postcopy-active' | 'postcopy-paused'
  | 'postcopy-recover' | 'completed' | 'failed' | 'colo' | 'pre-switchover' | 'device' | 'wait-unplug';

interface QueryMigrateRam {
  transferred: number;
  remaining: number;
  total: number;
  duplicate: number;
  skipped?: number;
  normal: number;
  'normal-bytes': number;
  'dirty-pages-rate': number;
  mbps: number;
  'dirty-sync-count': number;
  'postcopy-requests': number;
  'page-size': number;
  'multifd-bytes': number;
  'pages-per-second': number;
  'precopy-bytes': number;
  'downtime-bytes': number;
  'postcopy-bytes': number;
  'dirty-sync-missed-zero-copy': number;
}

interface QueryMigrateVfio {
  transferred: number;
}

interface QueryMigrateXbzrleCache {
  'cache-size': number;
  bytes: number;
  pages: number;
  'cache-miss': number;
  'cache-miss-rate': number;
  'encoding-rate': number;
  overflow: number;
}

interface QueryMigrateCompression {
  pages: number;
  busy: number;
  'busy-rate': number;
  'compressed-size': number;
  'compression-rate': number;
}

type QueryMigrateSocketAddress =
  | ({ type: 'inet' } & BlockdevOptionsSshServer)
  | ({ type: 'unix' } & QueryMigrateSocketAddressUnix)
  | ({ type: 'vsock' } & QueryMigrateSocketAddressVsock)
  | ({ type: 'fd' } & NetdevUserDnssearch);

interface QueryNamedBlockNodesImage {
  filename: string;
  format: string;
  'dirty-flag'?: boolean;
  'actual-size'?: number;
  'virtual-size': number;
  'cluster-size'?: number;
  encrypted?: boolean;
  compressed?: boolean;
  'backing-filename'?: string;
  'full-backing-filename'?: string;
  'backing-filename-format'?: string;
  snapshots?: QueryNamedBlockNodesImageSnapshots[];
  'backing-image'?: QueryNamedBlockNodesImage;
  'format-specific'?: QueryNamedBlockNodesImageFormatSpecific;
}

interface QueryNamedBlockNodesCache {
  writeback: boolean;
  direct: boolean;
  'no-flush': boolean;
}

interface QueryNamedBlockNodesDirtyBitmaps {
  name?: string;
  count: number;
  granularity: number;
  recording: boolean;
  busy: boolean;
  persistent: boolean;
  inconsistent?: boolean;
}

interface QueryPciDevices {
  bus: number;
  slot: number;
  function: number;
  class_info: QueryPciDevicesClassInfo;
  id: QueryPciDevicesId;
  irq?: number;
  irq_pin: number;
  qdev_id: string;
  pci_bridge?: QueryPciDevicesPciBridge;
  regions: QueryPciDevicesRegions[];
}

interface SchemaInfoBuiltin {
  'json-type': SchemaInfoBuiltinJsonType;
}

interface SchemaInfoEnum {
  members: SchemaInfoEnumMembers[];
  /** @deprecated */
  values: string[];
}

interface SchemaInfoArray {
  'element-type': string;
}

interface SchemaInfoObject {
  members: SchemaInfoObjectMembers[];
  tag?: string;
  variants?: SchemaInfoObjectVariants[];
}

interface SchemaInfoAlternate {
  members: SchemaInfoAlternateMembers[];
}

interface SchemaInfoCommand {
  'arg-type': string;
  'ret-type': string;
  'allow-oob'?: boolean;
}

interface SchemaInfoEvent {
  'arg-type': string;
}

type RunState =
  | 'debug' | 'inmigrate' | 'internal-error' | 'io-error' | 'paused' | 'postmigrate' | 'prelaunch'
  | 'finish-migrate' | 'restore-vm' | 'running' | 'save-vm' | 'shutdown' | 'suspended' | 'watchdog'
  | 'guest-panicked' | 'colo';

interface VersionInfoQemu {
  major: number;
  minor: number;
  micro: number;
}

type ScreendumpFormat = 'ppm' | 'png';

type SendKeyKeys = ({ type: 'number' } & SendKeyKeysNumber) | ({ type: 'qcode' } & SendKeyKeysQcode);

interface SetPasswordVnc {
  display?: string;
}

type SetPasswordArgumentsConnected = 'keep' | 'fail' | 'disconnect';

type TransactionActions =
  | ({ type: 'abort' } & TransactionActionsAbort)
  | ({ type: 'block-dirty-bitmap-add' } & TransactionActionsBlockDirtyBitmapAdd)
  | ({ type: 'block-dirty-bitmap-remove' | 'block-dirty-bitmap-clear' | 'block-dirty-bitmap-enable' | 'block-dirty-bitmap-disable' } & TransactionActionsBlockDirtyBitmapRemove)
  | ({ type: 'block-dirty-bitmap-merge' } & TransactionActionsBlockDirtyBitmapMerge)
  | ({ type: 'blockdev-backup' } & TransactionActionsBlockdevBackup)
  | ({ type: 'blockdev-snapshot' } & TransactionActionsBlockdevSnapshot)
  | ({ type: 'blockdev-snapshot-internal-sync' } & TransactionActionsBlockdevSnapshotInternalSync)
  | ({ type: 'blockdev-snapshot-sync' } & TransactionActionsBlockdevSnapshotSync)
  | ({ type: 'drive-backup' } & TransactionActionsDriveBackup);

interface TransactionProperties {
  'completion-mode'?: TransactionPropertiesCompletionMode;
}

type BlockIoErrorOperation = 'read' | 'write';

type BlockIoErrorAction = 'ignore' | 'report' | 'stop';

interface DumpCompletedResult {
  status: DumpCompletedResultStatus;
  completed: number;
  total: number;
}

type GuestCrashloadedAction = 'pause' | 'poweroff' | 'run';

type GuestCrashloadedInfo =
  | ({ type: 'hyper-v' } & GuestCrashloadedInfoHyperV)
  | ({ type: 's390' } & GuestCrashloadedInfoS390);

type ShutdownCause =
  | 'none' | 'host-error' | 'host-qmp-quit' | 'host-qmp-system-reset' | 'host-signal' | 'host-ui'
  | 'guest-shutdown' | 'guest-reset' | 'guest-panic' | 'subsystem-reset' | 'snapshot-load';

type WatchdogAction = 'reset' | 'shutdown' | 'poweroff' | 'pause' | 'debug' | 'none' | 'inject-nmi';

type BlockdevOptionsBlkdebugImage = BlockdevOptions | string;

interface BlockdevOptionsBlkdebugInjectError {
  event: BlockdevOptionsBlkdebugInjectErrorEvent;
  state?: number;
  iotype?: BlockdevOptionsBlkdebugInjectErrorIotype;
  errno?: number;
  sector?: number;
  once?: boolean;
  immediately?: boolean;
}

interface BlockdevOptionsBlkdebugSetState {
  event: BlockdevOptionsBlkdebugInjectErrorEvent;
  state?: number;
  new_state: number;
}

type BlockdevOptionsBlkdebugTakeChildPerms = 'consistent-read' | 'write' | 'write-unchanged' | 'resize';

interface BlockdevOptionsCopyBeforeWriteBitmap {
  node: string;
  name: string;
}

type BlockdevOptionsCopyBeforeWriteOnCbwError = 'break-guest-write' | 'break-snapshot';

type BlockdevOptionsFileLocking = 'auto' | 'on' | 'off';

type BlockdevOptionsFileAio = 'threads' | 'native' | 'io_uring';

type BlockdevOptionsIscsiTransport = 'tcp' | 'iser';

type BlockdevOptionsIscsiHeaderDigest = 'crc32c' | 'none' | 'crc32c-none' | 'none-crc32c';

interface BlockdevOptionsNfsServer {
  type: BlockdevOptionsNfsServerType;
  host: string;
}

type BlockdevOptionsQcowBacking = BlockdevOptions | string | null;

type BlockdevOptionsQcowEncrypt = ({ format: 'aes' } & BlockdevOptionsQcowEncryptAes);

type BlockdevOptionsQcow2OverlapCheck = BlockdevOptionsQcow2OverlapCheck1 | BlockdevOptionsQcow2OverlapCheck2;

type BlockdevOptionsQcow2Encrypt =
  | ({ format: 'aes' } & BlockdevOptionsQcowEncryptAes)
  | ({ format: 'luks' } & BlockdevOptionsQcow2EncryptLuks);

type BlockdevOptionsQuorumReadPattern = 'quorum' | 'fifo';

type BlockdevOptionsRbdEncrypt =
  | ({ format: 'luks' } & BlockdevOptionsRbdEncryptLuks)
  | ({ format: 'luks2' } & BlockdevOptionsRbdEncryptLuks2);

type BlockdevOptionsRbdAuthClientRequired = 'cephx' | 'none';

interface BlockdevOptionsRbdServer {
  host: string;
  port: string;
}

type BlockdevOptionsReplicationMode = 'primary' | 'secondary';

interface BlockdevOptionsSshServer {
  host: string;
  port: string;
  numeric?: boolean;
  to?: number;
  ipv4?: boolean;
  ipv6?: boolean;
  'keep-alive'?: boolean;
  mptcp?: boolean;
}

type BlockdevOptionsSshHostKeyCheck =
  | { mode: 'none' | 'known_hosts' }
  | ({ mode: 'hash' } & BlockdevOptionsSshHostKeyCheckHash);

interface BlockdevCreateOptionsFile {
  filename: string;
  size: number;
  preallocation?: BlockdevCreateOptionsFilePreallocation;
  nocow?: boolean;
  'extent-size-hint'?: number;
}

interface BlockdevCreateOptionsGluster {
  location: BlockdevOptionsGluster;
  size: number;
  preallocation?: BlockdevCreateOptionsFilePreallocation;
}

interface BlockdevCreateOptionsLuks {
  'key-secret'?: string;
  'cipher-alg'?: BlockdevCreateOptionsLuksCipherAlg;
  'cipher-mode'?: BlockdevCreateOptionsLuksCipherMode;
  'ivgen-alg'?: BlockdevCreateOptionsLuksIvgenAlg;
  'ivgen-hash-alg'?: BlockdevCreateOptionsLuksIvgenHashAlg;
  'hash-alg'?: BlockdevCreateOptionsLuksIvgenHashAlg;
  'iter-time'?: number;
  file: BlockdevOptionsBlkdebugImage;
  size: number;
  preallocation?: BlockdevCreateOptionsFilePreallocation;
}

interface BlockdevCreateOptionsNfs {
  location: BlockdevOptionsNfs;
  size: number;
}

interface BlockdevCreateOptionsParallels {
  file: BlockdevOptionsBlkdebugImage;
  size: number;
  'cluster-size'?: number;
}

interface BlockdevCreateOptionsQcow {
  file: BlockdevOptionsBlkdebugImage;
  size: number;
  'backing-file'?: string;
  encrypt?: BlockdevCreateOptionsQcowEncrypt;
}

interface BlockdevCreateOptionsQcow2 {
  file: BlockdevOptionsBlkdebugImage;
  'data-file'?: BlockdevOptionsBlkdebugImage;
  'data-file-raw'?: boolean;
  'extended-l2'?: boolean;
  size: number;
  version?: BlockdevCreateOptionsQcow2Version;
  'backing-file'?: string;
  'backing-fmt'?: BlockdevCreateOptionsQcow2BackingFmt;
  encrypt?: BlockdevCreateOptionsQcowEncrypt;
  'cluster-size'?: number;
  preallocation?: BlockdevCreateOptionsFilePreallocation;
  'lazy-refcounts'?: boolean;
  'refcount-bits'?: number;
  'compression-type'?: BlockdevCreateOptionsQcow2CompressionType;
}

interface BlockdevCreateOptionsQed {
  file: BlockdevOptionsBlkdebugImage;
  size: number;
  'backing-file'?: string;
  'backing-fmt'?: BlockdevCreateOptionsQcow2BackingFmt;
  'cluster-size'?: number;
  'table-size'?: number;
}

interface BlockdevCreateOptionsRbd {
  location: BlockdevOptionsRbd;
  size: number;
  'cluster-size'?: number;
  encrypt?: BlockdevCreateOptionsRbdEncrypt;
}

interface BlockdevCreateOptionsSsh {
  location: BlockdevOptionsSsh;
  size: number;
}

interface BlockdevCreateOptionsVdi {
  file: BlockdevOptionsBlkdebugImage;
  size: number;
  preallocation?: BlockdevCreateOptionsFilePreallocation;
}

interface BlockdevCreateOptionsVhdx {
  file: BlockdevOptionsBlkdebugImage;
  size: number;
  'log-size'?: number;
  'block-size'?: number;
  subformat?: BlockdevCreateOptionsVhdxSubformat;
  'block-state-zero'?: boolean;
}

interface BlockdevCreateOptionsVmdk {
  file: BlockdevOptionsBlkdebugImage;
  size: number;
  extents?: BlockdevOptionsBlkdebugImage[];
  subformat?: BlockdevCreateOptionsVmdkSubformat;
  'backing-file'?: string;
  'adapter-type'?: BlockdevCreateOptionsVmdkAdapterType;
  hwversion?: string;
  toolsversion?: string;
  'zeroed-grain'?: boolean;
}

interface BlockdevCreateOptionsVpc {
  file: BlockdevOptionsBlkdebugImage;
  size: number;
  subformat?: BlockdevCreateOptionsVpcSubformat;
  'force-size'?: boolean;
}

interface ChardevBackendFile {
  data: ChardevBackendFileData;
}

interface ChardevBackendSerial {
  data: ChardevBackendSerialData;
}

interface ChardevBackendSocket {
  data: ChardevBackendSocketData;
}

interface ChardevBackendUdp {
  data: ChardevBackendUdpData;
}

interface ChardevBackendPty {
  data: ChardevBackendPtyData;
}

interface ChardevBackendMux {
  data: ChardevBackendMuxData;
}

interface ChardevBackendStdio {
  data: ChardevBackendStdioData;
}

interface ChardevBackendSpicevmc {
  data: ChardevBackendSpicevmcData;
}

interface ChardevBackendSpiceport {
  data: ChardevBackendSpiceportData;
}

interface ChardevBackendQemuVdagent {
  data: ChardevBackendQemuVdagentData;
}

interface ChardevBackendDbus {
  data: ChardevBackendDbusData;
}

interface ChardevBackendVc {
  data: ChardevBackendVcData;
}

interface ChardevBackendRingbuf {
  data: ChardevBackendRingbufData;
}

type MigrateSetCapabilitiesCapabilitiesCapability =
  | 'xbzrle' | 'rdma-pin-all' | 'auto-converge' | 'zero-blocks' | 'compress' | 'events' | 'postcopy-ram'
  | 'x-colo' | 'release-ram' | 'block' | 'return-path' | 'pause-before-switchover' | 'multifd'
  | 'dirty-bitmaps' | 'postcopy-blocktime' | 'late-block-activate' | 'x-ignore-shared' | 'validate-uuid'
  | 'background-snapshot' | 'zero-copy-send' | 'postcopy-preempt';

interface MigrateSetParametersBlockBitmapMappingBitmaps {
  name: string;
  alias: string;
  transform?: MigrateSetParametersBlockBitmapMappingBitmapsTransform;
}

interface NetdevUserDnssearch {
  str: string;
}

type ObjectOptionsAuthzListPolicy = 'deny' | 'allow';

interface ObjectOptionsAuthzListRules {
  match: string;
  policy: ObjectOptionsAuthzListPolicy;
  format?: ObjectOptionsAuthzListRulesFormat;
}

type ObjectOptionsFilterBufferQueue = 'all' | 'rx' | 'tx';

type ObjectOptionsFilterBufferInsert = 'before' | 'behind';

type ObjectOptionsInputLinuxGrabToggle =
  | 'ctrl-ctrl' | 'alt-alt' | 'shift-shift' | 'meta-meta' | 'scrolllock' | 'ctrl-scrolllock';

type ObjectOptionsSecretFormat = 'raw' | 'base64';

interface ObjectOptionsThrottleGroupLimits {
  'iops-total'?: number;
  'iops-total-max'?: number;
  'iops-total-max-length'?: number;
  'iops-read'?: number;
  'iops-read-max'?: number;
  'iops-read-max-length'?: number;
  'iops-write'?: number;
  'iops-write-max'?: number;
  'iops-write-max-length'?: number;
  'bps-total'?: number;
  'bps-total-max'?: number;
  'bps-total-max-length'?: number;
  'bps-read'?: number;
  'bps-read-max'?: number;
  'bps-read-max-length'?: number;
  'bps-write'?: number;
  'bps-write-max'?: number;
  'bps-write-max-length'?: number;
  'iops-size'?: number;
}

type ObjectOptionsTlsCredsAnonEndpoint = 'client' | 'server';

interface QueryBlockstatsStatsTimedStats {
  interval_length: number;
  min_rd_latency_ns: number;
  max_rd_latency_ns: number;
  avg_rd_latency_ns: number;
  min_wr_latency_ns: number;
  max_wr_latency_ns: number;
  avg_wr_latency_ns: number;
  min_flush_latency_ns: number;
  max_flush_latency_ns: number;
  avg_flush_latency_ns: number;
  avg_rd_queue_depth: number;
  avg_wr_queue_depth: number;
}

interface QueryBlockstatsStatsRdLatencyHistogram {
  boundaries: number[];
  bins: number[];
}

interface QueryBlockstatsDriverSpecificFile {
  'discard-nb-ok': number;
  'discard-nb-failed': number;
  'discard-bytes-ok': number;
}

interface QueryBlockstatsDriverSpecificNvme {
  'completion-errors': number;
  'aligned-accesses': number;
  'unaligned-accesses': number;
}

type QueryCpusFastS390xCpuState = 'uninitialized' | 'stopped' | 'check-stop' | 'operating' | 'load';

interface QueryMemoryDevicesDimmData {
  id?: string;
  addr: number;
  size: number;
  slot: number;
  node: number;
  memdev: string;
  hotplugged: boolean;
  hotpluggable: boolean;
}

interface QueryMemoryDevicesVirtioPmemData {
  id?: string;
  memaddr: number;
  size: number;
  memdev: string;
}

interface QueryMemoryDevicesVirtioMemData {
  id?: string;
  memaddr: number;
  'requested-size': number;
  size: number;
  'max-size': number;
  'block-size': number;
  node: number;
  memdev: string;
}

interface QueryMemoryDevicesSgxEpcData {
  id?: string;
  memaddr: number;
  size: number;
  node: number;
  memdev: string;
}

interface QueryMigrateSocketAddressUnix {
  path: string;
  abstract?: boolean;
  tight?: boolean;
}

interface QueryMigrateSocketAddressVsock {
  cid: string;
  port: string;
}

interface QueryNamedBlockNodesImageSnapshots {
  id: string;
  name: string;
  'vm-state-size': number;
  'date-sec': number;
  'date-nsec': number;
  'vm-clock-sec': number;
  'vm-clock-nsec': number;
  icount?: number;
}

type QueryNamedBlockNodesImageFormatSpecific =
  | ({ type: 'qcow2' } & QueryNamedBlockNodesImageFormatSpecificQcow2)
  | ({ type: 'vmdk' } & QueryNamedBlockNodesImageFormatSpecificVmdk)
  | ({ type: 'luks' } & QueryNamedBlockNodesImageFormatSpecificLuks)
  | ({ type: 'rbd' } & QueryNamedBlockNodesImageFormatSpecificRbd);

interface QueryPciDevicesClassInfo {
  desc?: string;
  class: number;
}

interface QueryPciDevicesId {
  device: number;
  vendor: number;
  subsystem?: number;
  'subsystem-vendor'?: number;
}

interface QueryPciDevicesPciBridge {
  bus: QueryPciDevicesPciBridgeBus;
  devices?: QueryPciDevices[];
}

interface QueryPciDevicesRegions {
  bar: number;
  type: string;
  address: number;
  size: number;
  prefetch?: boolean;
  mem_type_64?: boolean;
}

type SchemaInfoBuiltinJsonType =
  | 'string' | 'number' | 'int' | 'boolean' | 'null' | 'object' | 'array' | 'value';

interface SchemaInfoEnumMembers {
  name: string;
  features?: string[];
}

interface SchemaInfoObjectMembers {
  name: string;
  type: string;
  default?: JsonValue;
  features?: string[];
}

interface SchemaInfoObjectVariants {
  case: string;
  type: string;
}

interface SchemaInfoAlternateMembers {
  type: string;
}

interface SendKeyKeysNumber {
  data: number;
}

interface SendKeyKeysQcode {
  data: SendKeyKeysQcodeData;
}

interface TransactionActionsAbort {
  data: EmptyObject;
}

interface TransactionActionsBlockDirtyBitmapAdd {
  data: TransactionActionsBlockDirtyBitmapAddData;
}

interface TransactionActionsBlockDirtyBitmapRemove {
  data: BlockdevOptionsCopyBeforeWriteBitmap;
}

interface TransactionActionsBlockDirtyBitmapMerge {
  data: TransactionActionsBlockDirtyBitmapMergeData;
}

interface TransactionActionsBlockdevBackup {
  data: BlockdevBackupArguments;
}

interface TransactionActionsBlockdevSnapshot {
  data: BlockdevSnapshotArguments;
}

interface TransactionActionsBlockdevSnapshotInternalSync {
  data: TransactionActionsBlockdevSnapshotInternalSyncData;
}

interface TransactionActionsBlockdevSnapshotSync {
  data: BlockdevSnapshotSyncArguments;
}

interface TransactionActionsDriveBackup {
  data: TransactionActionsDriveBackupData;
}

type TransactionPropertiesCompletionMode = 'individual' | 'grouped';

type DumpCompletedResultStatus = 'none' | 'active' | 'completed' | 'failed';

interface GuestCrashloadedInfoHyperV {
  arg1: number;
  arg2: number;
  arg3: number;
  arg4: number;
  arg5: number;
}

interface GuestCrashloadedInfoS390 {
  core: number;
  'psw-mask': number;
  'psw-addr': number;
  reason: GuestCrashloadedInfoS390Reason;
}

type BlockdevOptionsBlkdebugInjectErrorEvent =
  | 'l1_update' | 'l1_grow_alloc_table' | 'l1_grow_write_table' | 'l1_grow_activate_table' | 'l2_load'
  | 'l2_update' | 'l2_update_compressed' | 'l2_alloc_cow_read' | 'l2_alloc_write' | 'read_aio'
  | 'read_backing_aio' | 'read_compressed' | 'write_aio' | 'write_compressed' | 'vmstate_load'
  | 'vmstate_save' | 'cow_read' | 'cow_write' | 'reftable_load' | 'reftable_grow' | 'reftable_update'
  | 'refblock_load' | 'refblock_update' | 'refblock_update_part' | 'refblock_alloc' | 'refblock_alloc_hookup'
  | 'refblock_alloc_write' | 'refblock_alloc_write_blocks' | 'refblock_alloc_write_table'
  | 'refblock_alloc_switch_table' | 'cluster_alloc' | 'cluster_alloc_bytes' | 'cluster_free' | 'flush_to_os'
  | 'flush_to_disk' | 'pwritev_rmw_head' | 'pwritev_rmw_after_head' | 'pwritev_rmw_tail'
  | 'pwritev_rmw_after_tail' | 'pwritev' | 'pwritev_zero' | 'pwritev_done' | 'empty_image_prepare'
  | 'l1_shrink_write_table' | 'l1_shrink_free_l2_clusters' | 'cor_write' | 'cluster_alloc_space' | 'none';

type BlockdevOptionsBlkdebugInjectErrorIotype =
  | 'read' | 'write' | 'write-zeroes' | 'discard' | 'flush' | 'block-status';

type BlockdevOptionsNfsServerType = 'inet';

interface BlockdevOptionsQcowEncryptAes {
  'key-secret'?: string;
}

interface BlockdevOptionsQcow2OverlapCheck1 {
  template?: BlockdevOptionsQcow2OverlapCheck2;
  'main-header'?: boolean;
  'active-l1'?: boolean;
  'active-l2'?: boolean;
  'refcount-table'?: boolean;
  'refcount-block'?: boolean;
  'snapshot-table'?: boolean;
  'inactive-l1'?: boolean;
  'inactive-l2'?: boolean;
  'bitmap-directory'?: boolean;
}

type BlockdevOptionsQcow2OverlapCheck2 = 'none' | 'constant' | 'cached' | 'all';

interface BlockdevOptionsQcow2EncryptLuks {
  'key-secret'?: string;
}

interface BlockdevOptionsRbdEncryptLuks {
  'key-secret': string;
}

interface BlockdevOptionsRbdEncryptLuks2 {
  'key-secret': string;
}

interface BlockdevOptionsSshHostKeyCheckHash {
  type: BlockdevOptionsSshHostKeyCheckHashType;
  hash: string;
}

type BlockdevCreateOptionsFilePreallocation = 'off' | 'metadata' | 'falloc' | 'full';

type BlockdevCreateOptionsLuksCipherAlg =
  | 'aes-128' | 'aes-192' | 'aes-256' | 'des' | '3des' | 'cast5-128' | 'serpent-128' | 'serpent-192'
  | 'serpent-256' | 'twofish-128' | 'twofish-192' | 'twofish-256';

type BlockdevCreateOptionsLuksCipherMode = 'ecb' | 'cbc' | 'xts' | 'ctr';

type BlockdevCreateOptionsLuksIvgenAlg = 'plain' | 'plain64' | 'essiv';

type BlockdevCreateOptionsLuksIvgenHashAlg =
  | 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'ripemd160';

type BlockdevCreateOptionsQcowEncrypt =
  | ({ format: 'qcow' } & BlockdevOptionsQcowEncryptAes)
  | ({ format: 'luks' } & BlockdevCreateOptionsQcowEncryptLuks);

type BlockdevCreateOptionsQcow2Version = 'v2' | 'v3';

type BlockdevCreateOptionsQcow2BackingFmt =
  | 'blkdebug' | 'blklogwrites' | 'blkreplay' | 'blkverify' | 'bochs' | 'cloop' | 'compress'
  | 'copy-before-write' | 'copy-on-read' | 'dmg' | 'file' | 'snapshot-access' | 'ftp' | 'ftps' | 'gluster'
  | 'host_cdrom' | 'host_device' | 'http' | 'https' | 'iscsi' | 'luks' | 'nbd' | 'nfs' | 'null-aio'
  | 'null-co' | 'nvme' | 'parallels' | 'preallocate' | 'qcow' | 'qcow2' | 'qed' | 'quorum' | 'raw' | 'rbd'
  | 'replication' | 'ssh' | 'throttle' | 'vdi' | 'vhdx' | 'vmdk' | 'vpc' | 'vvfat';

type BlockdevCreateOptionsQcow2CompressionType = 'zlib' | 'zstd';

type BlockdevCreateOptionsRbdEncrypt =
  | ({ format: 'luks' } & BlockdevCreateOptionsRbdEncryptLuks)
  | ({ format: 'luks2' } & BlockdevCreateOptionsRbdEncryptLuks2);

type BlockdevCreateOptionsVhdxSubformat = 'dynamic' | 'fixed';

type BlockdevCreateOptionsVmdkSubformat =
  | 'monolithicSparse' | 'monolithicFlat' | 'twoGbMaxExtentSparse' | 'twoGbMaxExtentFlat' | 'streamOptimized';

type BlockdevCreateOptionsVmdkAdapterType = 'ide' | 'buslogic' | 'lsilogic' | 'legacyESX';

type BlockdevCreateOptionsVpcSubformat = 'dynamic' | 'fixed';

interface ChardevBackendFileData {
  logfile?: string;
  logappend?: boolean;
  in?: string;
  out: string;
  append?: boolean;
}

interface ChardevBackendSerialData {
  logfile?: string;
  logappend?: boolean;
  device: string;
}

interface ChardevBackendSocketData {
  logfile?: string;
  logappend?: boolean;
  addr: ChardevBackendSocketAddr;
  'tls-creds'?: string;
  'tls-authz'?: string;
  server?: boolean;
  wait?: boolean;
  nodelay?: boolean;
  telnet?: boolean;
  tn3270?: boolean;
  websocket?: boolean;
  reconnect?: number;
}

interface ChardevBackendUdpData {
  logfile?: string;
  logappend?: boolean;
  remote: ChardevBackendSocketAddr;
  local?: ChardevBackendSocketAddr;
}

interface ChardevBackendPtyData {
  logfile?: string;
  logappend?: boolean;
}

interface ChardevBackendMuxData {
  logfile?: string;
  logappend?: boolean;
  chardev: string;
}

interface ChardevBackendStdioData {
  logfile?: string;
  logappend?: boolean;
  signal?: boolean;
}

interface ChardevBackendSpicevmcData {
  logfile?: string;
  logappend?: boolean;
  type: string;
}

interface ChardevBackendSpiceportData {
  logfile?: string;
  logappend?: boolean;
  fqdn: string;
}

interface ChardevBackendQemuVdagentData {
  logfile?: string;
  logappend?: boolean;
  mouse?: boolean;
  clipboard?: boolean;
}

interface ChardevBackendDbusData {
  logfile?: string;
  logappend?: boolean;
  name: string;
}

interface ChardevBackendVcData {
  logfile?: string;
  logappend?: boolean;
  width?: number;
  height?: number;
  cols?: number;
  rows?: number;
}

interface ChardevBackendRingbufData {
  logfile?: string;
  logappend?: boolean;
  size?: number;
}

interface MigrateSetParametersBlockBitmapMappingBitmapsTransform {
  persistent?: boolean;
}

type ObjectOptionsAuthzListRulesFormat = 'exact' | 'glob';

interface QueryNamedBlockNodesImageFormatSpecificQcow2 {
  data: QueryNamedBlockNodesImageFormatSpecificQcow2Data;
}

interface QueryNamedBlockNodesImageFormatSpecificVmdk {
  data: QueryNamedBlockNodesImageFormatSpecificVmdkData;
}

interface QueryNamedBlockNodesImageFormatSpecificLuks {
  data: QueryNamedBlockNodesImageFormatSpecificLuksData;
}

interface QueryNamedBlockNodesImageFormatSpecificRbd {
  data: QueryNamedBlockNodesImageFormatSpecificRbdData;
}

interface QueryPciDevicesPciBridgeBus {
  number: number;
  secondary: number;
  subordinate: number;
  io_range: QueryPciDevicesPciBridgeBusIoRange;
  memory_range: QueryPciDevicesPciBridgeBusIoRange;
  prefetchable_range: QueryPciDevicesPciBridgeBusIoRange;
}

type SendKeyKeysQcodeData =
  | 'unmapped' | 'shift' | 'shift_r' | 'alt' | 'alt_r' | 'ctrl' | 'ctrl_r' | 'menu' | 'esc' | '1' | '2' | '3'
  | '4' | '5' | '6' | '7' | '8' | '9' | '0' | 'minus' | 'equal' | 'backspace' | 'tab' | 'q' | 'w' | 'e' | 'r'
  | 't' | 'y' | 'u' | 'i' | 'o' | 'p' | 'bracket_left' | 'bracket_right' | 'ret' | 'a' | 's' | 'd' | 'f'
  | 'g' | 'h' | 'j' | 'k' | 'l' | 'semicolon' | 'apostrophe' | 'grave_accent' | 'backslash' | 'z' | 'x' | 'c'
  | 'v' | 'b' | 'n' | 'm' | 'comma' | 'dot' | 'slash' | 'asterisk' | 'spc' | 'caps_lock' | 'f1' | 'f2' | 'f3'
  | 'f4' | 'f5' | 'f6' | 'f7' | 'f8' | 'f9' | 'f10' | 'num_lock' | 'scroll_lock' | 'kp_divide'
  | 'kp_multiply' | 'kp_subtract' | 'kp_add' | 'kp_enter' | 'kp_decimal' | 'sysrq' | 'kp_0' | 'kp_1' | 'kp_2'
  | 'kp_3' | 'kp_4' | 'kp_5' | 'kp_6' | 'kp_7' | 'kp_8' | 'kp_9' | 'less' | 'f11' | 'f12' | 'print' | 'home'
  | 'pgup' | 'pgdn' | 'end' | 'left' | 'up' | 'down' | 'right' | 'insert' | 'delete' | 'stop' | 'again'
  | 'props' | 'undo' | 'front' | 'copy' | 'open' | 'paste' | 'find' | 'cut' | 'lf' | 'help' | 'meta_l'
  | 'meta_r' | 'compose' | 'pause' | 'ro' | 'hiragana' | 'henkan' | 'yen' | 'muhenkan' | 'katakanahiragana'
  | 'kp_comma' | 'kp_equals' | 'power' | 'sleep' | 'wake' | 'audionext' | 'audioprev' | 'audiostop'
  | 'audioplay' | 'audiomute' | 'volumeup' | 'volumedown' | 'mediaselect' | 'mail' | 'calculator'
  | 'computer' | 'ac_home' | 'ac_back' | 'ac_forward' | 'ac_refresh' | 'ac_bookmarks' | 'lang1' | 'lang2';

interface TransactionActionsBlockDirtyBitmapAddData {
  node: string;
  name: string;
  granularity?: number;
  persistent?: boolean;
  disabled?: boolean;
}

interface TransactionActionsBlockDirtyBitmapMergeData {
  node: string;
  target: string;
  bitmaps: TransactionActionsBlockDirtyBitmapMergeBitmaps[];
}

interface TransactionActionsBlockdevSnapshotInternalSyncData {
  device: string;
  name: string;
}

interface TransactionActionsDriveBackupData {
  'job-id'?: string;
  device: string;
  sync: BlockdevBackupSync;
  speed?: number;
  bitmap?: string;
  'bitmap-mode'?: BlockdevBackupBitmapMode;
  compress?: boolean;
  'on-source-error'?: BlockCommitOnError;
  'on-target-error'?: BlockCommitOnError;
  'auto-finalize'?: boolean;
  'auto-dismiss'?: boolean;
  'filter-node-name'?: string;
  'x-perf'?: BlockdevBackupXPerf;
  target: string;
  format?: string;
  mode?: BlockdevSnapshotSyncMode;
}

type GuestCrashloadedInfoS390Reason =
  | 'unknown' | 'disabled-wait' | 'extint-loop' | 'pgmint-loop' | 'opint-loop';

type BlockdevOptionsSshHostKeyCheckHashType = 'md5' | 'sha1' | 'sha256';

interface BlockdevCreateOptionsQcowEncryptLuks {
  'key-secret'?: string;
  'cipher-alg'?: BlockdevCreateOptionsLuksCipherAlg;
  'cipher-mode'?: BlockdevCreateOptionsLuksCipherMode;
  'ivgen-alg'?: BlockdevCreateOptionsLuksIvgenAlg;
  'ivgen-hash-alg'?: BlockdevCreateOptionsLuksIvgenHashAlg;
  'hash-alg'?: BlockdevCreateOptionsLuksIvgenHashAlg;
  'iter-time'?: number;
}

interface BlockdevCreateOptionsRbdEncryptLuks {
  'key-secret': string;
  'cipher-alg'?: BlockdevCreateOptionsLuksCipherAlg;
}

interface BlockdevCreateOptionsRbdEncryptLuks2 {
  'key-secret': string;
  'cipher-alg'?: BlockdevCreateOptionsLuksCipherAlg;
}

type ChardevBackendSocketAddr =
  | ({ type: 'inet' } & ChardevBackendSocketAddrInet)
  | ({ type: 'unix' } & ChardevBackendSocketAddrUnix)
  | ({ type: 'vsock' } & ChardevBackendSocketAddrVsock)
  | ({ type: 'fd' } & ChardevBackendSocketAddrFd);

interface QueryNamedBlockNodesImageFormatSpecificQcow2Data {
  compat: string;
  'data-file'?: string;
  'data-file-raw'?: boolean;
  'extended-l2'?: boolean;
  'lazy-refcounts'?: boolean;
  corrupt?: boolean;
  'refcount-bits': number;
  encrypt?: QueryNamedBlockNodesImageFormatSpecificQcow2Encrypt;
  bitmaps?: QueryNamedBlockNodesImageFormatSpecificQcow2Bitmaps[];
  'compression-type': BlockdevCreateOptionsQcow2CompressionType;
}

interface QueryNamedBlockNodesImageFormatSpecificVmdkData {
  'create-type': string;
  cid: number;
  'parent-cid': number;
  extents: QueryNamedBlockNodesImage[];
}

interface QueryNamedBlockNodesImageFormatSpecificLuksData {
  'cipher-alg': BlockdevCreateOptionsLuksCipherAlg;
  'cipher-mode': BlockdevCreateOptionsLuksCipherMode;
  'ivgen-alg': BlockdevCreateOptionsLuksIvgenAlg;
  'ivgen-hash-alg'?: BlockdevCreateOptionsLuksIvgenHashAlg;
  'hash-alg': BlockdevCreateOptionsLuksIvgenHashAlg;
  'payload-offset': number;
  'master-key-iters': number;
  uuid: string;
  slots: QueryNamedBlockNodesImageFormatSpecificLuksSlots[];
}

interface QueryNamedBlockNodesImageFormatSpecificRbdData {
  'encryption-format'?: QueryNamedBlockNodesImageFormatSpecificRbdEncryptionFormat;
}

interface QueryPciDevicesPciBridgeBusIoRange {
  base: number;
  limit: number;
}

type TransactionActionsBlockDirtyBitmapMergeBitmaps = string | BlockdevOptionsCopyBeforeWriteBitmap;

interface ChardevBackendSocketAddrInet {
  data: BlockdevOptionsSshServer;
}

interface ChardevBackendSocketAddrUnix {
  data: QueryMigrateSocketAddressUnix;
}

interface ChardevBackendSocketAddrVsock {
  data: QueryMigrateSocketAddressVsock;
}

interface ChardevBackendSocketAddrFd {
  data: NetdevUserDnssearch;
}

type QueryNamedBlockNodesImageFormatSpecificQcow2Encrypt =
  | { format: 'aes' }
  | ({ format: 'luks' } & QueryNamedBlockNodesImageFormatSpecificLuksData);

interface QueryNamedBlockNodesImageFormatSpecificQcow2Bitmaps {
  name: string;
  granularity: number;
  flags: QueryNamedBlockNodesImageFormatSpecificQcow2BitmapsFlags[];
}

interface QueryNamedBlockNodesImageFormatSpecificLuksSlots {
  active: boolean;
  iters?: number;
  stripes?: number;
  'key-offset': number;
}

type QueryNamedBlockNodesImageFormatSpecificRbdEncryptionFormat = 'luks' | 'luks2';

type QueryNamedBlockNodesImageFormatSpecificQcow2BitmapsFlags = 'in-use' | 'auto';
