# A Rails application with Doorkeeper as its documentation sets it up, over SQLite; who comes is Ann, who is signed in already.
require 'rails'
require 'active_record/railtie'
require 'action_controller/railtie'
require 'action_view/railtie'
require 'doorkeeper'

class AnnsApplication < Rails::Application
  config.root = Dir.pwd
  config.eager_load = false
  config.secret_key_base = 'only-for-tests-' * 5
  config.hosts.clear
  config.logger = Logger.new(File::NULL)
  config.consider_all_requests_local = false
end

ENV['DATABASE_URL'] = "sqlite3:#{Dir.pwd}/site.db?pool=16&timeout=5000"
Doorkeeper.configure do
  orm :active_record
  resource_owner_authenticator { User.first }
  skip_authorization { true }
  use_refresh_token
  default_scopes :read
  optional_scopes :write
  enforce_configured_scopes
  force_ssl_in_redirect_uri false
  grant_flows %w[authorization_code]
end
AnnsApplication.initialize!

class User < ActiveRecord::Base; end

# The tables as its own generator makes them, with the columns of its guide to PKCE.
ActiveRecord::Schema.verbose = false
gem = Gem.loaded_specs['doorkeeper'].full_gem_path
migration = File.read("#{gem}/lib/generators/doorkeeper/templates/migration.rb.erb")
eval(migration.sub('<%= migration_version %>', '[6.1]'))
ActiveRecord::Schema.define { create_table(:users) { |table| table.string :name } }
CreateDoorkeeperTables.new.tap { |made| made.verbose = false }.change
ActiveRecord::Schema.define do
  add_column :oauth_access_grants, :code_challenge, :string
  add_column :oauth_access_grants, :code_challenge_method, :string
end
[Doorkeeper::AccessGrant, Doorkeeper::AccessToken].each(&:reset_column_information)
User.create!(name: 'ann')
{ 'public' => false, 'basic' => true, 'post' => true }.each do |name, confidential|
  Doorkeeper::Application.create!(
    name: name, uid: name, secret: ENV['SECRET'], redirect_uri: ENV['REDIRECT_URI'],
    confidential: confidential, scopes: 'read write'
  )
end

class ApiController < ActionController::API
  before_action :doorkeeper_authorize!

  def show
    render json: { ok: true }
  end
end

AnnsApplication.routes.draw do
  use_doorkeeper
  get 'api', to: 'api#show'
end
run AnnsApplication
