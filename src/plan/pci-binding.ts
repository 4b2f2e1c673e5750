/** What has a PCI device of the host before VFIO. Pure types. */
export interface PciDriver {
  readonly address: string;
  /** Null: none. */
  readonly driver: string | null;
}

/** All of it, to be put back. */
export interface PciBinding extends PciDriver {
  /** Its driver_override; null: none. */
  readonly override: string | null;
}
