/** What had a PCI device of the host before VFIO. Pure types. */
export interface PciBinding {
  readonly address: string;
  /** Null: none. */
  readonly driver: string | null;
  /** Its driver_override; null: none. */
  readonly override: string | null;
}
