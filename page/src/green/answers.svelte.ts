/** The answers that the green view shares among its parts, of the run that is shown. */
import { Answer } from '../api/answer.svelte';
import { path } from '../api/ask';
import { proofs } from '../state/proofs.svelte';
import type {
  CertificateSums,
  CertifiedListed,
  EnterprisesShown,
  PassportsListed,
  ReconciliationShown,
  RulesShown,
  RunShown,
} from '../api/schema';

class GreenAnswers {
  readonly run = new Answer<RunShown>();
  readonly enterprises = new Answer<EnterprisesShown>();
  readonly sums = new Answer<CertificateSums>();
  readonly certified = new Answer<CertifiedListed>();
  readonly passports = new Answer<PassportsListed>();
  readonly rules = new Answer<RulesShown>();
  readonly reconciliation = new Answer<ReconciliationShown>();

  /** Asks for what every part of the view shows. */
  askAll(run: string): void {
    this.run.ask(path('runs', run));
    this.enterprises.ask(path('runs', run, 'enterprises'));
    proofs.ask(this.sums, 'ledger', run, path('runs', run, 'certificates', 'sums'));
    proofs.ask(this.certified, 'ledger', run, path('runs', run, 'green', 'certified'));
    proofs.ask(this.passports, 'passports', run, `${path('runs', run, 'passports')}?page_size=1`);
  }

  askRules(run: string): void {
    this.rules.ask(path('runs', run, 'rules'));
  }

  askReconciliation(run: string): void {
    this.reconciliation.ask(path('runs', run, 'reconciliation'));
  }
}

export const answers = new GreenAnswers();

export const WH_PER_MWH = 1e6;
