/** What people and other layers may know about a twin without running it. Plain data. */
export interface TwinEntry {
  /** As written in specs, scenarios and on the command line. */
  name: string;
  description: string;
  /** Host names of the real service, which lead to the twin in a pod; `*.` stands for any labels. */
  hosts: readonly string[];
  /** Placeholders `{{twin.<name>.*}}` and what each stands for. */
  values: Readonly<Record<string, string>>;
  /** Keys of a seed, all optional, and what each holds. */
  seed: Readonly<Record<string, string>>;
  /** Variables that programs commonly read, and the value each gets. */
  variables: Readonly<Record<string, string>>;
  /** Everything the twin models; whatever else is asked of it is refused in the service's own way. */
  methods: readonly string[];
  /** What people of the service can be made to do through the control plane, by the key of the action. */
  acts?: Readonly<Record<string, string>>;
  /** Answers a scenario may ask for, beside any error name of the service. */
  faults: Readonly<Record<string, string>>;
}
