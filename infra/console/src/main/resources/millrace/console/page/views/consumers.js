import { View, html, failures } from '/lib/view.js';
import { count, seconds } from '/lib/format.js';

/** Every consumer group: members, lag and state. */
class ConsumersView extends View {
  static feeds = ['consumers'];

  template() {
    const sample = this.data.consumers;
    return html`
      <h1>Consumers</h1>
      <p class="lead">Every consumer group of this cluster, as its coordinator knows it.</p>
      ${failures(this)}
      <section class="panel">
        <table>
          <caption>Groups, and how far each is behind</caption>
          <thead>
            <tr><th>Group</th><th>State</th><th class="number">Members</th><th class="number">Lag</th><th class="number">Behind</th></tr>
          </thead>
          <tbody>
            ${sample?.groups.map(
              (group) =>
                html`<tr>
                  <td>${group.name}</td>
                  <td>${group.state}</td>
                  <td class="number">${count(group.members.length)}</td>
                  <td class="number">${count(group.lag.reduce((sum, lag) => sum + lag.records, 0))}</td>
                  <td class="number">${seconds(Math.max(0, ...group.lag.map((lag) => lag.seconds)))}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </section>`;
  }
}

customElements.define('consumers-view', ConsumersView);
