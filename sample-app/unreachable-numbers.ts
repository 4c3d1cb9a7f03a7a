import { Injectable } from '@nestjs/common';
import { type DeliveryReportEvent, type DispatchEvent, OnDeliveryReport, OnDispatch } from 'nestjs-whatsapp-bridge';

/** Notes the numbers that need no further campaign: refused as invalid (1002), or not on WhatsApp (1005). */
@Injectable()
export class UnreachableNumbers {
  readonly numbers = new Set<string>();

  @OnDispatch({ outcome: 'rejected' })
  onRejected({ message, reason }: DispatchEvent): void {
    if (reason?.code === 1002) this.numbers.add(message.to);
  }

  @OnDeliveryReport({ status: 'failed', failureCode: [1002, 1005] })
  onFailed({ message }: DeliveryReportEvent): void {
    if (message !== undefined) this.numbers.add(message.to);
  }
}
