import '@everbearer/far-end/support/measure-calls';
