/** A connection's own figures, summed to what `quality` judges. */

import type { Counts } from "./quality";

interface Report {
  type: string;
  kind?: string;
  packetsReceived?: number;
  packetsLost?: number;
  packetsSent?: number;
  bytesReceived?: number;
  framesDecoded?: number;
  totalFreezesDuration?: number;
  nominated?: boolean;
  currentRoundTripTime?: number;
}

export async function countsOf(pc: RTCPeerConnection, now: number): Promise<Counts> {
  const reports: Report[] = [];
  (await pc.getStats()).forEach((report: Report) => reports.push(report));
  const coming = reports.filter(({ type }) => type === "inbound-rtp");
  const going = reports.filter(({ type }) => type === "outbound-rtp");
  const told = reports.filter(({ type }) => type === "remote-inbound-rtp");
  const pair = reports.find(({ type, nominated }) => type === "candidate-pair" && nominated);
  const sum = (of: Report[], field: keyof Report): number => of.reduce((all, one) => all + Number(one[field] ?? 0), 0);
  return {
    at: now,
    received: sum(coming, "packetsReceived") + sum(going, "packetsSent"),
    lost: sum(coming, "packetsLost") + sum(told, "packetsLost"),
    bytes: sum(coming, "bytesReceived"),
    frames: sum(coming, "framesDecoded"),
    frozen: sum(coming, "totalFreezesDuration"),
    roundTrip: pair?.currentRoundTripTime ?? 0,
    connected: pc.connectionState === "connected" || pc.connectionState === "connecting" || pc.connectionState === "new",
  };
}
