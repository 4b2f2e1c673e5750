/** A tap interface that the launch makes and takes away. Pure type. */
export interface TapPlan {
  readonly device: string;
  readonly bridge: string;
  readonly multiQueue: boolean;
}
